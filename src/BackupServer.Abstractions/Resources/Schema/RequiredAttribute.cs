namespace BackupServer.Abstractions.Resources.Schema;

/// <summary>The API server refuses an object without this member.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;
