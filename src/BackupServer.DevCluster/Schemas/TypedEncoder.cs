using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// Adds what the encoder of the Go types writes although nothing is there: <c>status: {}</c>, <c>resources: {}</c>, <c>rules: null</c>,
/// <c>replicas: 0</c>. Applied to decoded and defaulted objects before they are stored.
/// </summary>
internal static class TypedEncoder
{
    /// <summary>Completes the object in place.</summary>
    public static JsonObject Complete(JsonObject value, SchemaNode type)
    {
        if (type.Shape != SchemaShape.Object || type.Fields.Count == 0)
        {
            return value;
        }

        var members = value.ToDictionary();
        value.Clear();
        foreach (var field in type.Fields)
        {
            if (members.Remove(field.Name, out var child) && child is not null)
            {
                value[field.Name] = Descend(child, field.Node);
            }
            else if (Absent(field, out var zero))
            {
                value[field.Name] = zero;
            }
        }

        foreach (var (name, child) in members)
        {
            value[name] = child;
        }

        return value;
    }

    private static JsonNode? Descend(JsonNode? child, SchemaNode schema)
    {
        switch (child)
        {
            case JsonObject members when schema.Shape == SchemaShape.Object:
                return Complete(members, schema);
            case JsonObject map when schema.Shape == SchemaShape.Map && schema.Values!.Shape == SchemaShape.Object:
                foreach (var (_, value) in map)
                {
                    Descend(value, schema.Values);
                }

                return map;
            case JsonArray list when schema.Items?.Shape == SchemaShape.Object:
                foreach (var item in list)
                {
                    Descend(item, schema.Items);
                }

                return list;
            default:
                return child;
        }
    }

    private static bool Absent(SchemaField field, out JsonNode? zero)
    {
        zero = null;
        if (field.IsInlineStruct && field.Node.Fields.Count > 0)
        {
            zero = field.OmitZero ? null : Complete([], field.Node);
            return !field.OmitZero;
        }

        if (field.Node.Shape == SchemaShape.Quantity && !field.IsPointer)
        {
            zero = "0";
            return !field.OmitZero;
        }

        if (field.Node.Shape is SchemaShape.Time or SchemaShape.MicroTime && !field.IsPointer)
        {
            // omitempty has no effect on a struct: an unset time is null.
            return !field.OmitZero;
        }

        if (field.OmitEmpty || field.OmitZero)
        {
            return false;
        }

        zero = field.IsPointer ? null : field.Node.Shape switch
        {
            SchemaShape.String => "",
            SchemaShape.Integer or SchemaShape.Number or SchemaShape.IntOrString => 0,
            SchemaShape.Boolean => false,
            _ => null,
        };
        return true;
    }
}
