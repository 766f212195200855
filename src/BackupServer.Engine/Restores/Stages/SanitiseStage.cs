using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Takes out of an object what only the old cluster could know: metadata the API server makes, status, and what controllers and admission
/// filled in. Pure. The same is done to an existing object before it is compared, so that two clusters' versions of one object are equal.
/// </summary>
public static class SanitiseStage
{
    private static readonly string[] ServerMade =
    [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
        "generateName", "managedFields", "ownerReferences",
    ];

    /// <summary>Changes the object in place.</summary>
    public static void Apply(GroupResource kind, JsonObject content, bool preserveNodePorts)
    {
        if (kind == WellKnown.Services)
        {
            // Looks at managedFields, so it comes before they go.
            ServiceSanitiser.Apply(content, preserveNodePorts);
        }

        foreach (var name in ServerMade)
        {
            content.Remove("metadata", name);
        }

        content.Remove("status");
        if (kind == WellKnown.Pods)
        {
            PodSanitiser.Apply(content);
        }
        else if (kind == WellKnown.Jobs)
        {
            JobSanitiser.Apply(content);
        }
        else if (kind == WellKnown.ServiceAccounts)
        {
            AccountSanitiser.Apply(content);
        }
        else if (kind == WellKnown.Secrets)
        {
            TokenSanitiser.Apply(content);
        }
        else if (kind == WellKnown.Definitions)
        {
            DefinitionSanitiser.Apply(content);
        }
        else if (kind == WellKnown.ValidatingWebhooks || kind == WellKnown.MutatingWebhooks)
        {
            WebhookSanitiser.Apply(content);
        }
        else if (kind == WellKnown.Namespaces)
        {
            NamespaceSanitiser.Apply(content);
        }
        else if (kind == WellKnown.Deployments || kind == WellKnown.DaemonSets)
        {
            // Counted by the controller of the cluster it is in.
            content.Remove("metadata", "annotations", "deployment.kubernetes.io/revision");
            content.Remove("metadata", "annotations", "deprecated.daemonset.template.generation");
            content.RemoveIfEmpty("metadata", "annotations");
        }
    }
}
