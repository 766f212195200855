using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BackupServer.CrdGenerator.Documentation;

/// <summary>The summaries of an assembly's XML documentation file as plain words.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _summaries;

    private XmlDocumentation(Dictionary<string, XElement> summaries) => _summaries = summaries;

    /// <summary>Reads the documentation file beside an assembly.</summary>
    public static XmlDocumentation Of(Assembly assembly)
    {
        var document = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        return new XmlDocumentation(document.Descendants("member")
            .Where(static member => member.Element("summary") is not null)
            .ToDictionary(static member => (string)member.Attribute("name")!, static member => member.Element("summary")!));
    }

    /// <summary>What a type is.</summary>
    public string Summary(Type type) => Words("T:" + type.FullName);

    /// <summary>What a property holds.</summary>
    public string Summary(PropertyInfo property) => Words($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>What a field, such as a member of an enumeration, means.</summary>
    public string Summary(FieldInfo field) => Words($"F:{field.DeclaringType!.FullName}.{field.Name}");

    private string Words(string id)
    {
        if (!_summaries.TryGetValue(id, out var summary))
        {
            throw new InvalidOperationException($"{id} has no summary; it would be a description in a definition.");
        }

        return WhiteSpace().Replace(string.Concat(summary.Nodes().Select(Words)), " ").Trim();
    }

    private static string Words(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } reference => Reference(reference),
        XElement element => string.Concat(element.Nodes().Select(Words)),
        _ => "",
    };

    /// <summary>A reference to a member becomes its name as users of the API write it.</summary>
    private static string Reference(XElement reference)
    {
        if ((string?)reference.Attribute("langword") is { } word)
        {
            return word;
        }

        var target = (string)reference.Attribute("cref")!;
        var name = target[(target.LastIndexOfAny(['.', ':']) + 1)..];
        return target.StartsWith("P:", StringComparison.Ordinal) ? char.ToLowerInvariant(name[0]) + name[1..] : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
