namespace BackupServer.Abstractions.Objects;

/// <summary>Where a custom resource type is served and how kubectl calls it. The definition in the chart is generated from it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomResourceAttribute(string kind, string plural, params string[] shortNames) : Attribute
{
    /// <summary>The group of all our kinds.</summary>
    public const string Group = "backupserver.io";

    /// <summary>The version of all our kinds.</summary>
    public const string Version = "v1";

    /// <summary>Kind, for example <c>Backup</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>Plural resource name, for example <c>backups</c>.</summary>
    public string Plural { get; } = plural;

    /// <summary>Short names, for example <c>bk</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;

    /// <summary>The resource's address.</summary>
    public GroupVersionResource Resource => new(Group, Version, Plural);

    /// <summary>Reads the attribute of a type.</summary>
    /// <exception cref="InvalidOperationException">The type carries none.</exception>
    public static CustomResourceAttribute Of(Type type) =>
        (CustomResourceAttribute?)GetCustomAttribute(type, typeof(CustomResourceAttribute))
        ?? throw new InvalidOperationException($"{type} has no [CustomResource] attribute.");
}
