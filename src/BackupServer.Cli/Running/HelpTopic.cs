namespace BackupServer.Cli.Running;

/// <summary>A paragraph of help behind the options.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record HelpTopic(string Title, IReadOnlyList<string> Lines);
