using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The problems found in one object, in the order found, with the texts of an API server's 422.</summary>
internal sealed class FieldErrors : IReadOnlyCollection<FieldError>
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<FieldError> _errors = [];

    /// <inheritdoc/>
    public int Count => _errors.Count;

    /// <summary>Adds a ready error.</summary>
    public void Add(FieldError error) => _errors.Add(error);

    /// <summary>A missing value.</summary>
    public void Required(string field, string detail = "") => Add("FieldValueRequired", field, Text("Required value", detail));

    /// <summary>A wrong value; strings are shown quoted, objects as JSON, none as null.</summary>
    public void Invalid(string field, JsonNode? value, string detail) => Add("FieldValueInvalid", field, Text($"Invalid value: {Show(value)}", detail));

    /// <summary>A value that is none of the supported ones; they are listed in the order given.</summary>
    public void NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        Add("FieldValueNotSupported", field, Text($"Unsupported value: {Show(value)}", supported.Any() ? "supported values: " + string.Join(", ", supported.Select(s => $"\"{s}\"")) : ""));

    /// <summary>A value that occurs twice.</summary>
    public void Duplicate(string field, JsonNode? value) => Add("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    /// <summary>A value that may not be given here.</summary>
    public void Forbidden(string field, string detail) => Add("FieldValueForbidden", field, Text("Forbidden", detail));

    /// <summary>A name that refers to nothing.</summary>
    public void NotFound(string field, JsonNode? value) => Add("FieldValueNotFound", field, $"Not found: {Show(value)}");

    /// <summary>A string or body over its limit.</summary>
    public void TooLong(string field, int maximum) => Add("FieldValueTooLong", field, $"Too long: may not be more than {maximum} bytes");

    /// <summary>A list over its limit.</summary>
    public void TooMany(string field, int actual, int maximum) =>
        Add("FieldValueTooMany", field, $"Too many: {actual}: must have at most {maximum} item{(maximum == 1 ? "" : "s")}");

    /// <summary>A value of the wrong JSON type.</summary>
    public void TypeInvalid(string field, JsonNode? value, string detail) => Add("FieldValueTypeInvalid", field, Text($"Invalid value: {Show(value)}", detail));

    /// <summary>Throws the 422 if there is any problem.</summary>
    public void ThrowIfAny(Registry.ResourceDefinition resource, string name)
    {
        if (_errors.Count > 0)
        {
            throw Api.ApiErrors.Invalid(resource, name, this);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<FieldError> GetEnumerator() => _errors.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One error bare, several in brackets.</summary>
    public override string ToString() => _errors.Count == 1 ? _errors[0].ToString() : $"[{string.Join(", ", _errors)}]";

    /// <summary>A value as error messages show it.</summary>
    public static string Show(JsonNode? value) => value is null ? "null" : value.ToJsonString(Compact);

    private void Add(string reason, string field, string message) => _errors.Add(new FieldError(reason, field, message));

    private static string Text(string head, string detail) => detail.Length == 0 ? head : $"{head}: {detail}";
}
