using System.Collections;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The problems found in one object, in the order found, with the texts of an API server's 422.</summary>
internal sealed class FieldErrors : IReadOnlyCollection<FieldError>
{
    private readonly List<FieldError> _errors = [];

    /// <inheritdoc/>
    public int Count => _errors.Count;

    /// <summary>Adds a ready error.</summary>
    public void Add(FieldError error) => _errors.Add(error);

    /// <summary>Adds ready errors.</summary>
    public void AddRange(IEnumerable<FieldError> errors) => _errors.AddRange(errors);

    /// <inheritdoc cref="FieldError.Required"/>
    public void Required(string field, string detail = "") => Add(FieldError.Required(field, detail));

    /// <inheritdoc cref="FieldError.Invalid"/>
    public void Invalid(string field, JsonNode? value, string detail) => Add(FieldError.Invalid(field, value, detail));

    /// <summary>A value that is none of the supported ones; they are listed in the order given.</summary>
    public void NotSupported(string field, JsonNode? value, IEnumerable<string> supported) => Add(FieldError.NotSupported(field, value, supported));

    /// <inheritdoc cref="FieldError.Duplicate"/>
    public void Duplicate(string field, JsonNode? value) => Add(FieldError.Duplicate(field, value));

    /// <inheritdoc cref="FieldError.Forbidden"/>
    public void Forbidden(string field, string detail) => Add(FieldError.Forbidden(field, detail));

    /// <inheritdoc cref="FieldError.NotFound"/>
    public void NotFound(string field, JsonNode? value) => Add(FieldError.NotFound(field, value));

    /// <inheritdoc cref="FieldError.TooLong"/>
    public void TooLong(string field, int maximum) => Add(FieldError.TooLong(field, maximum));

    /// <inheritdoc cref="FieldError.TooMany"/>
    public void TooMany(string field, int actual, int maximum) => Add(FieldError.TooMany(field, actual, maximum));

    /// <inheritdoc cref="FieldError.TypeInvalid"/>
    public void TypeInvalid(string field, JsonNode? value, string detail) => Add(FieldError.TypeInvalid(field, value, detail));

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

    /// <summary>One error bare, several in brackets; equal ones once.</summary>
    public override string ToString()
    {
        var texts = _errors.Select(error => error.ToString()).Distinct().ToList();
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }

    /// <inheritdoc cref="FieldError.Show"/>
    public static string Show(JsonNode? value) => FieldError.Show(value);
}
