namespace BackupServer.Server.Locations;

/// <summary>A storage location cannot be used.</summary>
/// <param name="message">Which, why, and what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class LocationException(string message, Exception? innerException = null) : Exception(message, innerException);
