using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// CustomResourceDefinitions: <c>apiextensions.k8s.io/v1</c> forbids <c>preserveUnknownFields: true</c>, which says the same as the extension
/// member in the schema.
/// </summary>
internal static class DefinitionSanitiser
{
    public static void Apply(JsonObject content)
    {
        var preserves = content.At("spec", "preserveUnknownFields") is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
        content.Remove("spec", "preserveUnknownFields");
        if (!preserves)
        {
            return;
        }

        foreach (var schema in content.Items("spec", "versions").Select(version => version.Object("schema", "openAPIV3Schema")).OfType<JsonObject>())
        {
            schema["x-kubernetes-preserve-unknown-fields"] = true;
        }
    }
}
