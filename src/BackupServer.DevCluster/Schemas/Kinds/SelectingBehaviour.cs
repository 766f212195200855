using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>The common behaviour with the field selectors that the table of kinds lists.</summary>
internal class SelectingBehaviour : KindBehaviour
{
    private readonly Dictionary<string, Func<JsonObject, string>> _fields;

    public SelectingBehaviour(KindTraits traits)
        : base(traits)
    {
        _fields = traits.Selectable.ToDictionary(field => field.Path, field => Reader((field.Path == "source" ? "source.component" : field.Path).Split('.'), field.Otherwise));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields => _fields;

    private static Func<JsonObject, string> Reader(string[] path, string otherwise) => obj => Json.Get(obj, path) switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => (string)value!,
        // An event's source is asked for by its component.
        JsonObject source => Json.Text(source, "component") ?? otherwise,
        var value => value.ToJsonString(),
    };
}
