using System.Text.RegularExpressions;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The syntax of names, with the texts of an API server. Each rule answers the problems of a value, none when it is right
/// (RFC 1123, RFC 1035; Kubernetes API conventions).
/// </summary>
internal static partial class NameRules
{
    private const string Label1123Pattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainPattern = Label1123Pattern + "(\\." + Label1123Pattern + ")*";
    private const string QualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string QualifiedText =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QualifiedPattern + "')";

    /// <summary>At most 63 characters, lower case, digits, dashes.</summary>
    public static IReadOnlyList<string> Label(string value)
    {
        var problems = new List<string>();
        if (value.Length > 63)
        {
            problems.Add("must be no more than 63 characters");
        }

        if (!LabelRegex().IsMatch(value))
        {
            problems.Add(value.Contains('.') && Subdomain(value).Count == 0
                ? "must not contain dots"
                : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
                    + $"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{Label1123Pattern}')");
        }

        return problems;
    }

    /// <summary>Labels joined by dots, at most 253 characters.</summary>
    public static IReadOnlyList<string> Subdomain(string value)
    {
        var problems = new List<string>();
        if (value.Length > 253)
        {
            problems.Add("must be no more than 253 characters");
        }

        if (!SubdomainRegex().IsMatch(value))
        {
            problems.Add(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
                + $"alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainPattern}')");
        }

        return problems;
    }

    /// <summary>A name that may stand in a path: anything but <c>.</c>, <c>..</c>, slashes and percent signs.</summary>
    public static IReadOnlyList<string> PathSegment(string value)
    {
        if (value is "." or "..")
        {
            return [$"may not be '{value}'"];
        }

        return [.. new[] { "/", "%" }.Where(value.Contains).Select(c => $"may not contain '{c}'")];
    }

    /// <summary>Key of a label or annotation: an optional subdomain and slash, and a name of at most 63 characters.</summary>
    public static IReadOnlyList<string> QualifiedName(string value)
    {
        var parts = value.Split('/');
        if (parts.Length > 2)
        {
            return [$"a valid label key {QualifiedText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        var problems = new List<string>();
        if (parts.Length == 2)
        {
            problems.AddRange(parts[0].Length == 0 ? ["prefix part must be non-empty"] : Subdomain(parts[0]).Select(p => "prefix part " + p));
        }

        var name = parts[^1];
        if (name.Length == 0)
        {
            problems.Add("name part must be non-empty");
        }
        else if (name.Length > 63)
        {
            problems.Add("name part must be no more than 63 bytes");
        }

        if (!QualifiedRegex().IsMatch(name))
        {
            problems.Add("name part " + QualifiedText);
        }

        return problems;
    }

    /// <summary>Value of a label: empty, or a name of at most 63 characters.</summary>
    public static IReadOnlyList<string> LabelValue(string value)
    {
        var problems = new List<string>();
        if (value.Length > 63)
        {
            problems.Add("must be no more than 63 bytes");
        }

        if (value.Length > 0 && !QualifiedRegex().IsMatch(value))
        {
            problems.Add(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                + $"alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({QualifiedPattern})?')");
        }

        return problems;
    }

    [GeneratedRegex("^" + Label1123Pattern + "\\z")]
    private static partial Regex LabelRegex();

    [GeneratedRegex("^" + SubdomainPattern + "\\z")]
    private static partial Regex SubdomainRegex();

    [GeneratedRegex("^" + QualifiedPattern + "\\z")]
    private static partial Regex QualifiedRegex();
}
