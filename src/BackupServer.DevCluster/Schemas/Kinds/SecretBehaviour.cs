using System.Text;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Secrets: stringData becomes data and is never stored.</summary>
internal sealed class SecretBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    /// <inheritdoc/>
    public override void Default(JsonObject obj, BehaviourContext context)
    {
        base.Default(obj, context);
        if (obj["stringData"] is JsonObject texts)
        {
            var data = Json.Object(obj, "data");
            foreach (var (key, text) in texts)
            {
                data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes((string?)text ?? ""));
            }

            obj.Remove("stringData");
        }
    }
}
