namespace BackupServer.Quickstart;

/// <summary>The story cannot go on.</summary>
/// <param name="message">What was tried, what came back, where to look.</param>
public sealed class StoryException(string message) : Exception(message);
