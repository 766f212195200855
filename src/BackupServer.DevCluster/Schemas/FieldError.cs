using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>One problem of one field, printed as an API server prints it.</summary>
/// <param name="Reason">Cause reason, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Field">Path, such as <c>spec.ports[0].port</c>.</param>
/// <param name="Message">Text without the path, such as <c>Required value: must be given</c>.</param>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The entry of status.details.causes.</summary>
    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };

    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Message}";

    /// <summary>A missing value.</summary>
    public static FieldError Required(string field, string detail = "") => new("FieldValueRequired", field, With("Required value", detail));

    /// <summary>A wrong value; strings are shown quoted, objects as JSON, none as null.</summary>
    public static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new("FieldValueInvalid", field, With($"Invalid value: {Show(value)}", detail));

    /// <summary>A wrong value that is not repeated (objects and lists that break a rule).</summary>
    public static FieldError InvalidWithoutValue(string field, string detail) => new("FieldValueInvalid", field, $"Invalid value: {detail}");

    /// <summary>A value of the wrong JSON type or format.</summary>
    public static FieldError TypeInvalid(string field, JsonNode? value, string detail) =>
        new("FieldValueTypeInvalid", field, With($"Invalid value: {Show(value)}", detail));

    /// <summary>A value that is none of the supported ones; they are listed in the order given.</summary>
    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        NotSupported(field, value, supported.Select(text => (JsonNode?)text));

    /// <summary>A value that is none of the supported ones.</summary>
    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<JsonNode?> supported)
    {
        var values = string.Join(", ", supported.Select(Show));
        return new FieldError("FieldValueNotSupported", field, With($"Unsupported value: {Show(value)}", values.Length == 0 ? "" : "supported values: " + values));
    }

    /// <summary>A value that may not be given here.</summary>
    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, With("Forbidden", detail));

    /// <summary>A value that occurs twice.</summary>
    public static FieldError Duplicate(string field, JsonNode? value) => new("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    /// <summary>A name that refers to nothing.</summary>
    public static FieldError NotFound(string field, JsonNode? value) => new("FieldValueNotFound", field, $"Not found: {Show(value)}");

    /// <summary>A string or body over its limit.</summary>
    public static FieldError TooLong(string field, long maximum) => new("FieldValueTooLong", field, $"Too long: may not be more than {maximum} bytes");

    /// <summary>A list over its limit.</summary>
    public static FieldError TooMany(string field, long actual, long maximum) =>
        new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {maximum} item{(maximum == 1 ? "" : "s")}");

    /// <summary>A value as error messages show it: text quoted, everything else as JSON.</summary>
    public static string Show(JsonNode? value) => value is null ? "null"
        : value.GetValueKind() == JsonValueKind.String ? Quote((string)value!)
        : value.ToJsonString(Plain);

    /// <summary>A text in quotes, escaped as Go's %q does.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\x7f' => "\\x" + ((int)c).ToString("x2", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string With(string text, string detail) => detail.Length == 0 ? text : $"{text}: {detail}";
}
