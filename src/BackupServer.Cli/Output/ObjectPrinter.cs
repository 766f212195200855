using System.Reflection;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Cli.Output;

/// <summary>Prints custom resources of one kind; the columns are those that kubectl prints, read from the same attributes.</summary>
internal sealed class ObjectPrinter(Type type, OutputFormat format, bool withNamespace, TimeProvider time)
{
    private readonly CustomResourceAttribute _kind = CustomResourceAttribute.Of(type);
    private readonly List<RawObject> _pending = [];
    private TextTable? _table;

    /// <summary>Prints objects in their order.</summary>
    /// <param name="objects">What to print.</param>
    /// <param name="single">Exactly one was asked for by name: json and yaml print it without a list around it.</param>
    /// <param name="output">Where to.</param>
    public void Print(IReadOnlyList<RawObject> objects, bool single, TextWriter output)
    {
        switch (format)
        {
            case OutputFormat.Name:
                foreach (var item in objects)
                {
                    output.WriteLine($"{Singular}/{item.Metadata.Name}");
                }

                break;
            case OutputFormat.Json:
                output.WriteLine(JsonText.Document<JsonNode>(Document(objects, single)));
                break;
            case OutputFormat.Yaml:
                YamlText.Write(Document(objects, single), output);
                break;
            default:
                PrintTable(objects, output);
                break;
        }
    }

    /// <summary>Takes an object that <see cref="Flush"/> prints.</summary>
    public void Add(RawObject item) => _pending.Add(item);

    /// <summary>Prints what was added since: rows below those before, or one document for each object.</summary>
    public void Flush(TextWriter output)
    {
        if (format is OutputFormat.Table or OutputFormat.Wide)
        {
            if (_pending.Count > 0)
            {
                PrintTable(_pending, output);
            }
        }
        else
        {
            foreach (var item in _pending)
            {
                output.Write(format == OutputFormat.Yaml ? $"---{Environment.NewLine}" : "");
                Print([item], single: true, output);
            }
        }

        output.Flush();
        _pending.Clear();
    }

    private string Singular => $"{_kind.Kind.ToLowerInvariant()}.{CustomResourceAttribute.Group}";

    private static JsonObject Document(IReadOnlyList<RawObject> objects, bool single) => single && objects is [var only]
        ? Readable(only)
        : new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. objects.Select(Readable)]),
        };

    private static JsonObject Readable(RawObject item)
    {
        var node = item.ToNode();
        // As kubectl does: who wrote which field is noise for people.
        (node["metadata"] as JsonObject)?.Remove("managedFields");
        return node;
    }

    private void PrintTable(IReadOnlyList<RawObject> objects, TextWriter output)
    {
        var columns = type.GetCustomAttributes<PrinterColumnAttribute>().Where(column => format == OutputFormat.Wide || column.Priority == 0).ToList();
        _table ??= new TextTable([.. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(), "NAME", .. columns.Select(static column => column.Name.ToUpperInvariant())]);
        foreach (var item in objects)
        {
            var node = item.ToNode();
            _table.Add([.. withNamespace ? [item.Metadata.Namespace] : Array.Empty<string>(), item.Metadata.Name, .. columns.Select(column => Cell(node, column))]);
        }

        _table.Write(output);
    }

    private string Cell(JsonNode node, PrinterColumnAttribute column)
    {
        JsonNode? value = node;
        foreach (var name in column.JsonPath.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            value = (value as JsonObject)?[name];
        }

        return value switch
        {
            null => "",
            JsonValue text when column.Type == "date" && text.TryGetValue<DateTimeOffset>(out var moment) => Quantities.Age(time.GetUtcNow() - moment),
            JsonValue text when text.TryGetValue<string>(out var words) => words,
            _ => value.ToJsonString(),
        };
    }
}
