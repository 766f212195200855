namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>A value that must not appear in the open.</summary>
/// <param name="Name">What to call it in messages.</param>
/// <param name="Value">The value.</param>
public sealed record KnownSecret(string Name, string Value);
