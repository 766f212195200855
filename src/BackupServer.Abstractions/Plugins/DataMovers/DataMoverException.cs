namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>A volume could not be copied or written at all.</summary>
/// <param name="message">Volume, what was tried, what came back, and what to do.</param>
/// <param name="innerException">The mover's own error.</param>
public sealed class DataMoverException(string message, Exception? innerException = null) : Exception(message, innerException);
