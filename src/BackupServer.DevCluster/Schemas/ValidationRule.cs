using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// One line of the table of validations: <c>path check arguments</c>, or <c>@function</c> (see <see cref="ValidationFunctions"/>).
/// Checks: required [text], enum A B …, least N, between A B, name RULE, absolute, quantity, immutable [as path], each [unique KEY]
/// (validates what is below here, before the rules that follow).
/// </summary>
internal sealed class ValidationRule
{
    private readonly string _path;
    private readonly string[] _arguments;
    private readonly string _text;
    private readonly Action<ValidationCase>? _function;

    private ValidationRule(string line)
    {
        var parts = line.Split(' ', 3);
        _path = parts[0];
        Check = parts.Length > 1 ? parts[1] : "";
        _text = parts.Length > 2 ? parts[2] : "";
        _arguments = _text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (line[0] == '@')
        {
            Check = "@";
            _function = ValidationFunctions.Find(line[1..]);
        }
        else if (Check is not ("required" or "enum" or "least" or "above" or "between" or "name" or "absolute" or "immutable" or "each"))
        {
            throw new FormatException($"validation.txt: \"{line}\" has no known check");
        }
    }

    public string Check { get; }

    /// <summary>The field whose validation stands here (each).</summary>
    public string Path => _path;

    /// <summary>The key that may occur once in a list (each unique KEY), or null.</summary>
    public string? UniqueKey => _arguments is ["unique", var key] ? key : null;

    public static ValidationRule Parse(string line) => new(line);

    public void Apply(ValidationCase test)
    {
        if (_function is not null)
        {
            _function(test);
            return;
        }

        var value = test.Get(_path);
        var field = test.At(_path);
        switch (Check)
        {
            case "required" when IsEmpty(value):
                test.Errors.Required(field, _text);
                break;
            case "enum" when !IsEmpty(value) && !_arguments.Contains(value!.GetValueKind() == JsonValueKind.String ? (string)value! : value.ToJsonString()):
                test.Errors.NotSupported(field, value, _arguments);
                break;
            case "least" when Number(value) is { } number && number < long.Parse(_arguments[0], CultureInfo.InvariantCulture):
                test.Errors.Invalid(field, value, $"must be greater than or equal to {_arguments[0]}");
                break;
            case "above" when Number(value) is { } number && number <= long.Parse(_arguments[0], CultureInfo.InvariantCulture):
                test.Errors.Invalid(field, value, $"must be greater than {_arguments[0]}");
                break;
            case "between" when value?.GetValueKind() == JsonValueKind.Number && (Number(value) is not { } number
                    || number < long.Parse(_arguments[0], CultureInfo.InvariantCulture) || number > long.Parse(_arguments[1], CultureInfo.InvariantCulture)):
                test.Errors.Invalid(field, value, $"must be between {_arguments[0]} and {_arguments[1]}, inclusive");
                break;
            case "name" when value?.GetValueKind() == JsonValueKind.String && (string)value! is { Length: > 0 } name:
                foreach (var problem in Names.Check(_arguments[0], name))
                {
                    test.Errors.Invalid(field, name, problem);
                }

                break;
            case "absolute" when value?.GetValueKind() == JsonValueKind.String && !((string)value!).StartsWith('/'):
                test.Errors.Invalid(field, value, "must be an absolute path");
                break;
            case "immutable" when test.Old is not null && !JsonNode.DeepEquals(value, Json.Get(test.Old, _path.Split('.'))):
                test.Errors.Invalid(_arguments is ["as", var shown] ? shown : field, value, "field is immutable");
                break;
            default:
                break;
        }
    }

    public static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray items => items.Count == 0,
        JsonObject => false,
        _ => value.GetValueKind() == JsonValueKind.String && ((string)value!).Length == 0,
    };

    private static long? Number(JsonNode? value) => Json.Integer(value);
}
