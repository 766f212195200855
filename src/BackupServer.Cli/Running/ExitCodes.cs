using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.PluginHost;
using BackupServer.Repository;

namespace BackupServer.Cli.Running;

/// <summary>What the program returns, and the one place where errors become it.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;
    public const int PartiallyFailed = 3;
    public const int NotFound = 4;
    public const int NoRepository = 10;
    public const int Locked = 11;
    public const int WrongPassword = 12;
    public const int Interrupted = 130;

    /// <summary>Codes that every command may return, besides its own.</summary>
    public static IReadOnlyList<int> Always { get; } = [Ok, Error, Usage, Interrupted];

    /// <summary>What a code says, as help prints it.</summary>
    public static string Meaning(int code) => code switch
    {
        Ok => "done",
        Error => "failed",
        Usage => "wrong usage",
        PartiallyFailed => "done in part; what is missing is named",
        NotFound => "what was named is not there",
        NoRepository => "there is no repository",
        Locked => "the repository is locked by another process",
        WrongPassword => "no key of the repository opens with the password",
        Interrupted => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };

    /// <summary>The code of an error that ended a command; null for one nobody foresaw.</summary>
    public static int? Of(Exception exception) => exception switch
    {
        OperationCanceledException => Interrupted,
        CommandException e => e.ExitCode,
        KubernetesException { IsNotFound: true } => NotFound,
        RepositoryException e => Of(e.Kind),
        KubernetesException or KubeconfigException or ObjectStoreException or PluginNotFoundException => Error,
        IOException or UnauthorizedAccessException or FormatException or TimeoutException => Error,
        _ => null,
    };

    private static int Of(RepositoryErrorKind kind) => kind switch
    {
        // That there is no repository at all is found where it is opened.
        RepositoryErrorKind.NotFound => NotFound,
        RepositoryErrorKind.Locked => Locked,
        RepositoryErrorKind.WrongPassword => WrongPassword,
        _ => Error,
    };
}
