using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>Keeps one Lease the way an API server does: versions, conflicts, AlreadyExists. It can be cut off.</summary>
public sealed class LeaseServer
{
    private readonly Lock _lock = new();
    private JsonObject? _lease;
    private int _version = 10;

    /// <summary>Identities whose requests get no answer, as behind a broken network.</summary>
    public HashSet<string> CutOff { get; } = [];

    public string Holder
    {
        get
        {
            lock (_lock)
            {
                return (string?)_lease?["spec"]?["holderIdentity"] ?? "";
            }
        }
    }

    public int Transitions
    {
        get
        {
            lock (_lock)
            {
                return (int?)_lease?["spec"]?["leaseTransitions"] ?? -1;
            }
        }
    }

    /// <summary>Writes the lease behind its holder's back, as a renewal does whose sender has gone on.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            _lease!["metadata"]!["resourceVersion"] = $"{++_version}";
        }
    }

    /// <summary>Who sent the request is told by its bearer token.</summary>
    public Task AnswerAsync(HttpContext context, string body)
    {
        var who = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        lock (_lock)
        {
            if (CutOff.Contains(who))
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return context.Request.Method switch
            {
                "GET" => _lease is null ? Answer.Failure(404, "NotFound", "no lease")(context) : Answer.Ok(_lease.ToJsonString())(context),
                "POST" => _lease is not null ? Answer.Failure(409, "AlreadyExists", "there is one")(context) : Store(context, body),
                _ => (string?)JsonNode.Parse(body)!["metadata"]!["resourceVersion"] == $"{_version}"
                    ? Store(context, body)
                    : Answer.Failure(409, "Conflict", "changed")(context),
            };
        }
    }

    private Task Store(HttpContext context, string body)
    {
        _lease = JsonNode.Parse(body)!.AsObject();
        _lease["metadata"]!["resourceVersion"] = $"{++_version}";
        return Answer.Ok(_lease.ToJsonString())(context);
    }
}
