using System.CommandLine;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Cli.Running;

/// <summary>Options that name one key of a Secret: <c>secret=key</c>.</summary>
internal static class SecretKeyOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<SecretKeyReference?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SECRET=KEY",
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && token.Value.Split('=') is [{ Length: > 0 } secret, { Length: > 0 } key])
            {
                return new SecretKeyReference { Name = secret, Key = key };
            }

            result.AddError($"{name} must be written SECRET=KEY");
            return null;
        },
    };
}
