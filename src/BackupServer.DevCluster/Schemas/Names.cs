using System.Text.RegularExpressions;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The rules of names, labels and keys. Each answers with what is wrong, nothing when all is well.</summary>
internal static partial class Names
{
    private const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainPattern = Label + "(\\." + Label + ")*";
    private const string QualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string LabelValuePattern = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";

    private const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '" + SubdomainPattern + "')";

    private const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '" + Label + "')";

    private const string QualifiedText =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QualifiedPattern + "')";

    /// <summary>The rule a kind's names follow (see <see cref="KindTraits.NameRule"/>).</summary>
    public static IEnumerable<string> Check(string rule, string name) => rule switch
    {
        "label" => DnsLabel(name),
        "path" => PathSegment(name),
        "any" => [],
        _ => DnsSubdomain(name),
    };

    public static IEnumerable<string> DnsSubdomain(string name)
    {
        if (name.Length > 253)
        {
            yield return "must be no more than 253 characters";
        }

        if (!Subdomain().IsMatch(name))
        {
            yield return SubdomainText;
        }
    }

    public static IEnumerable<string> WildcardSubdomain(string name)
    {
        if (!name.StartsWith("*.", StringComparison.Ordinal) || !Subdomain().IsMatch(name[2..]))
        {
            yield return "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\." + SubdomainPattern + "')";
        }
    }

    public static IEnumerable<string> DnsLabel(string name)
    {
        if (name.Length > 63)
        {
            yield return "must be no more than 63 characters";
        }

        if (!DnsLabelPattern().IsMatch(name))
        {
            yield return name.Contains('.') && Subdomain().IsMatch(name) ? "must not contain dots" : LabelText;
        }
    }

    public static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..")
        {
            yield return $"may not be '{name}'";
        }

        foreach (var c in "/%")
        {
            if (name.Contains(c))
            {
                yield return $"may not contain '{c}'";
            }
        }
    }

    /// <summary>Keys of labels and annotations, finalizers, resource names: an optional prefix, and a name.</summary>
    public static IEnumerable<string> QualifiedName(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
        {
            yield return "a valid label key " + QualifiedText + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                yield return "prefix part must be non-empty";
            }
            else
            {
                foreach (var problem in DnsSubdomain(parts[0]))
                {
                    yield return "prefix part " + problem;
                }
            }
        }

        var name = parts[^1];
        if (name.Length == 0)
        {
            yield return "name part must be non-empty";
        }
        else if (name.Length > 63)
        {
            yield return "name part must be no more than 63 bytes";
        }

        if (!Qualified().IsMatch(name))
        {
            yield return "name part " + QualifiedText;
        }
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(value) > 63)
        {
            yield return "must be no more than 63 bytes";
        }

        if (!LabelValueRule().IsMatch(value))
        {
            yield return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '" + LabelValuePattern + "')";
        }
    }

    public static IEnumerable<string> ConfigKey(string key)
    {
        if (key.Length > 253)
        {
            yield return "must be no more than 253 characters";
        }

        if (!ConfigKeyRule().IsMatch(key))
        {
            yield return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        }

        if (key is "." or "..")
        {
            yield return $"must not be '{key}'";
        }
        else if (key.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    /// <summary>A bound port's name: lower case, 15 characters at most, with a letter.</summary>
    public static IEnumerable<string> PortName(string name)
    {
        if (name.Length > 15)
        {
            yield return "must be no more than 15 characters";
        }

        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!name.Any(char.IsAsciiLetter))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (name.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (name.StartsWith('-') || name.EndsWith('-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    [GeneratedRegex("^" + SubdomainPattern + "\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^" + Label + "\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex DnsLabelPattern();

    [GeneratedRegex("^" + QualifiedPattern + "\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Qualified();

    [GeneratedRegex("^" + LabelValuePattern + "\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LabelValueRule();

    [GeneratedRegex("^[-._a-zA-Z0-9]+\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ConfigKeyRule();
}
