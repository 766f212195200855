namespace BackupServer.Repository.Nodes;

/// <summary>A tree blob is whole (its hash is right) but is not a tree: written by a broken or hostile program.</summary>
/// <param name="message">What was found, and where.</param>
/// <param name="inner">The parser's complaint.</param>
public sealed class TreeFormatException(string message, Exception? inner = null) : Exception(message, inner);
