using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Webhook configurations: version v1 accepts two values of <c>sideEffects</c> only; certificates are injected anew where they were injected.</summary>
internal static class WebhookSanitiser
{
    public static void Apply(JsonObject content)
    {
        foreach (var webhook in content.Items("webhooks").OfType<JsonObject>())
        {
            if (webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun"))
            {
                webhook["sideEffects"] = "None";
            }
        }
    }
}
