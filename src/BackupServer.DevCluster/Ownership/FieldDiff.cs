using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Ownership;

/// <summary>What differs between two states of an object, as field sets.</summary>
/// <param name="Touched">Fields added or changed.</param>
/// <param name="Removed">Fields that are gone.</param>
internal sealed record FieldDiff(FieldSet Touched, FieldSet Removed)
{
    /// <summary>Compares two states; <paramref name="old"/> null means everything is new.</summary>
    public static FieldDiff Between(JsonObject? old, JsonObject obj, TypeSchema? schema)
    {
        var diff = new FieldDiff(new FieldSet(), new FieldSet());
        Compare(old ?? [], obj, schema, diff.Touched, diff.Removed, inZeroValue: true);
        return diff;
    }

    /// <summary>All fields an applied object names: leaves, and items of keyed lists.</summary>
    public static FieldSet Of(JsonNode value, TypeSchema? schema)
    {
        var set = new FieldSet();
        foreach (var (element, part, partSchema) in ValueShape.Parts(value, schema))
        {
            set.Set(element, OfPart(element, part, partSchema));
        }

        return set;
    }

    private static FieldSet OfPart(string element, JsonNode? part, TypeSchema? schema)
    {
        if (part is null || !ValueShape.IsDivisible(part, schema) || part is JsonObject { Count: 0 } or JsonArray { Count: 0 })
        {
            return new FieldSet { IsMember = true };
        }

        var set = Of(part, schema);
        set.IsMember = element[0] != 'f';
        return set;
    }

    private static void Compare(JsonNode old, JsonNode obj, TypeSchema? schema, FieldSet touched, FieldSet removed, bool inZeroValue)
    {
        var before = new Dictionary<string, JsonNode?>();
        foreach (var (element, value, _) in ValueShape.Parts(old, schema))
        {
            before[element] = value;
        }

        foreach (var (element, value, partSchema) in ValueShape.Parts(obj, schema))
        {
            if (!before.Remove(element, out var previous))
            {
                // The typed zero value of a kind has its plain structs and its required lists: those do not count as added.
                var zero = inZeroValue && element[0] == 'f' && (partSchema?.Default == "{}" || schema?.Required.Contains(element[2..]) == true);
                touched.Set(element, Whole(value, partSchema, zero));
            }
            else if (value is not null && previous is not null && SameForm(previous, value) && ValueShape.IsDivisible(value, partSchema))
            {
                Compare(previous, value, partSchema, touched.Child(element), removed.Child(element), inZeroValue && element[0] == 'f');
                touched.Set(element, touched.Child(element));
                removed.Set(element, removed.Child(element));
            }
            else if (!JsonNode.DeepEquals(previous, value))
            {
                touched.Set(element, new FieldSet { IsMember = true });
            }
        }

        foreach (var (element, value) in before)
        {
            removed.Set(element, Whole(value, PartSchema(schema, element), inZeroValue: false));
        }
    }

    private static TypeSchema? PartSchema(TypeSchema? schema, string element) => element[0] == 'f' ? schema?.Field(element[2..]) : schema?.Items;

    private static bool SameForm(JsonNode a, JsonNode b) => a is JsonObject == b is JsonObject && a is JsonArray == b is JsonArray;

    private static FieldSet Whole(JsonNode? value, TypeSchema? schema, bool inZeroValue)
    {
        var set = new FieldSet { IsMember = true };
        if (value is null || !ValueShape.IsDivisible(value, schema))
        {
            return set;
        }

        foreach (var (element, part, partSchema) in ValueShape.Parts(value, schema))
        {
            var zero = inZeroValue && element[0] == 'f' && (partSchema?.Default == "{}" || schema?.Required.Contains(element[2..]) == true);
            set.Set(element, Whole(part, partSchema, zero));
        }

        set.IsMember = !inZeroValue || set.Children.Count == 0;
        return set;
    }
}
