using System.CommandLine;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Locations;

/// <summary><c>location describe</c>: everything about a location but its secrets.</summary>
internal static class LocationDescribeCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("describe", "Tells everything about locations.", ExitCodes.NotFound);
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        ObjectKind<BackupStorageLocation>.DescribeAsync(cluster, selection, Describe, cancellationToken);

    private static void Describe(BackupStorageLocation location, Description text)
    {
        var password = RepositoryPasswords.SecretOf(location);
        text.Line("Name", location.Metadata.Name);
        text.Line("Namespace", location.Metadata.Namespace);
        text.Line("Phase", location.Status?.Phase ?? BackupStorageLocationPhase.New);
        text.Line("Message", location.Status?.Message);
        text.Line("Provider", location.Spec.Provider);
        text.Line("Bucket", location.Spec.ObjectStorage.Bucket);
        text.Line("Prefix", location.Spec.ObjectStorage.Prefix);
        text.Line("Config", location.Spec.Config);
        text.Line("Credential", location.Spec.Credential is { } credential ? $"key {credential.Key} of Secret {credential.Name}" : null);
        text.Line("Password", $"key {password.Key} of Secret {password.Name}");
        text.Line("Default", location.Spec.Default ?? false);
        text.Line("Access mode", location.Spec.AccessMode ?? AccessMode.ReadWrite);
        text.Line("Repository", location.Status?.RepositoryId);
        text.Line("Last tried", location.Status?.LastValidationTime);
        text.Line("Last synced", location.Status?.LastSyncedTime);
    }
}
