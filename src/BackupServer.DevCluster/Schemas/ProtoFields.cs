using System.Globalization;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The numbers of built-in types' fields in protocol buffers (Data/proto-fields.txt), which OpenAPI does not say.</summary>
internal static class ProtoFields
{
    /// <summary>Begins the name of a message whose fields are those of the message around it in JSON.</summary>
    public const char Inlined = '@';

    private static readonly Lazy<Dictionary<string, Dictionary<int, string>>> Table = new(Load);

    /// <summary>The types listed.</summary>
    public static IReadOnlyCollection<string> Types => Table.Value.Keys;

    /// <summary>Whether messages of a type (such as io.k8s.api.core.v1.Pod) can be read.</summary>
    public static bool Has(string type) => Table.Value.ContainsKey(type);

    /// <summary>Name of a type's field, behind <see cref="Inlined"/> a type's name; null for a field that nobody here knows.</summary>
    public static string? Name(string type, int number) => Table.Value.GetValueOrDefault(type)?.GetValueOrDefault(number);

    private static Dictionary<string, Dictionary<int, string>> Load() => DataLines.Of("proto-fields.txt").Select(line => line.Split(' ')).ToDictionary(
        parts => parts[0],
        parts => parts.Skip(1).Select(field => field.Split('=')).ToDictionary(field => int.Parse(field[1], CultureInfo.InvariantCulture), field => field[0]));
}
