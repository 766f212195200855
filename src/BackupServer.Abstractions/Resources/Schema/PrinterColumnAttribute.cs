namespace BackupServer.Abstractions.Resources.Schema;

/// <summary>A column that <c>kubectl get</c> prints.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>Heading.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type: string, integer, boolean or date.</summary>
    public string Type { get; } = type;

    /// <summary>Where the value is found, for example <c>.status.phase</c>.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>0 is always printed; 1 with <c>-o wide</c> only.</summary>
    public int Priority { get; init; }
}
