using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http;

/// <summary>Table answers (meta.k8s.io): columns of the kind's printer, or name and age.</summary>
internal sealed class Tables(TablePrinters printers, TimeProvider time)
{
    private static readonly TableColumn[] DefaultColumns = [ColumnTable.Name, ColumnTable.Age("string")];

    /// <summary>A Table without rows.</summary>
    public JsonObject Head(ResourceDefinition resource, string metaVersion, JsonObject metadata, bool withColumns)
    {
        var table = new JsonObject { ["kind"] = "Table", ["apiVersion"] = $"meta.k8s.io/{metaVersion}", ["metadata"] = metadata };
        var columns = printers.For(resource)?.Columns ?? DefaultColumns;
        table["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Column)]) : null;
        table["rows"] = new JsonArray();
        return table;
    }

    /// <summary>The row of an object.</summary>
    /// <param name="resource">Resource.</param>
    /// <param name="obj">Object; taken over.</param>
    /// <param name="include">None, Metadata or Object.</param>
    /// <param name="metaVersion">Version of the group meta.k8s.io.</param>
    public JsonObject Row(ResourceDefinition resource, JsonObject obj, string include, string metaVersion)
    {
        var cells = printers.For(resource)?.Cells(obj, time.GetUtcNow()) ?? [obj.Name(), Age(obj, time.GetUtcNow())];
        JsonNode? shown = include switch
        {
            "None" => null,
            "Object" => obj,
            _ => PartialObject(obj, metaVersion),
        };
        return new JsonObject { ["cells"] = cells, ["object"] = shown };
    }

    /// <summary>Reads and checks includeObject.</summary>
    public static string Include(string? text) => text switch
    {
        null or "" or "Metadata" => "Metadata",
        "Object" or "None" => text,
        _ => throw ApiErrors.BadRequest($"Unable to convert to Table as requested: includeObject: Invalid value: \"{text}\": must be 'Metadata', 'Object', 'None', or empty"),
    };

    /// <summary>Only the metadata of an object.</summary>
    public static JsonObject PartialObject(JsonObject obj, string metaVersion)
    {
        var metadata = obj.Metadata();
        obj.Remove("metadata");
        return new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = $"meta.k8s.io/{metaVersion}", ["metadata"] = metadata };
    }

    /// <summary>The time since creation as tables show it: at most two units, such as <c>3d4h</c>.</summary>
    public static string Age(JsonObject obj, DateTimeOffset now)
    {
        var created = (string?)obj["metadata"]?["creationTimestamp"];
        return DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Duration(now - time) : "<unknown>";
    }

    /// <summary>A duration for people: seconds up to two minutes, then minutes, hours, days, years.</summary>
    public static string Duration(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }

        if (seconds < 120)
        {
            return $"{Math.Max(0, seconds)}s";
        }

        var minutes = seconds / 60;
        if (minutes < 10)
        {
            return seconds % 60 == 0 ? $"{minutes}m" : $"{minutes}m{seconds % 60}s";
        }

        if (minutes < 180)
        {
            return $"{minutes}m";
        }

        var hours = minutes / 60;
        if (hours < 8)
        {
            return minutes % 60 == 0 ? $"{hours}h" : $"{hours}h{minutes % 60}m";
        }

        if (hours < 48)
        {
            return $"{hours}h";
        }

        var days = hours / 24;
        if (hours < 192)
        {
            return hours % 24 == 0 ? $"{days}d" : $"{days}d{hours % 24}h";
        }

        if (days < 730)
        {
            return $"{days}d";
        }

        var years = days / 365;
        return years < 8 && days % 365 != 0 ? $"{years}y{days % 365}d" : $"{years}y";
    }

    private static JsonNode Column(TableColumn column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };
}
