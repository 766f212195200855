using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Makes an object, or decides about the one that is there (<see cref="ExistingObjects"/>). An object that this very restore made (known by its
/// label) counts as made, so a restore that starts again comes to the same result.
/// </summary>
internal sealed class ApplyStage(RestoreState state, IClusterReader reader, IClusterWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan AccountTimeout = TimeSpan.FromSeconds(30);
    private readonly ClusterWait _wait = new(clock);
    private readonly ExistingObjects _existing = new(state, reader, writer);

    /// <summary>Makes the object; returns what became of it, and the object in the cluster where there is one.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="target">Which it is.</param>
    /// <param name="content">What it shall be.</param>
    /// <param name="isMoved">Whether a mapping changed the namespaces that it refers to.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<(ItemOutcome Outcome, RawObject? Object)> RunAsync(
        ResourceType type, ObjectReference target, JsonObject content, bool isMoved, CancellationToken cancellationToken)
    {
        var result = await CreateAsync(type, content, cancellationToken);
        if (IsTakenPortOfItself(target, result) || result.Outcome == WriteOutcome.AlreadyExists)
        {
            var existing = await reader.GetAsync(type, target.Name, cancellationToken);
            if (existing?.Metadata.DeletionTimestamp is not null && await IsGoneAsync(type, target, cancellationToken))
            {
                existing = null;
            }

            if (existing is not null)
            {
                return existing.Metadata.DeletionTimestamp is null
                    ? await _existing.MeetAsync(type, target, content, existing, isMoved, cancellationToken)
                    : Fail(target, $"An object of this name is being deleted, and was not gone within {GoDuration.Format(state.Request.DeletionTimeout)}; its finalizers ({string.Join(", ", FinalizersOf(existing))}) hold it.");
            }

            // It was deleted between the two answers.
            result = await CreateAsync(type, content, cancellationToken);
        }

        return result.IsDone ? (ItemOutcome.Created, result.Object) : Fail(target, Describe(target, result));
    }

    /// <summary>Creates, and waits for the default account that a new namespace gets a moment after it was made.</summary>
    public async Task<WriteResult> CreateAsync(ResourceType type, JsonObject content, CancellationToken cancellationToken)
    {
        var result = await writer.CreateAsync(type, content, cancellationToken);
        if (IsMissingAccount(result))
        {
            await _wait.UntilAsync(
                async token => !IsMissingAccount(result = await writer.CreateAsync(type, content, token)), AccountTimeout, cancellationToken);
        }

        return result;
    }

    private static bool IsMissingAccount(WriteResult result) =>
        result.Outcome == WriteOutcome.Refused && result.Status == 403
        && result.Message.Contains("serviceaccount", StringComparison.OrdinalIgnoreCase)
        && result.Message.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private static bool IsTakenPortOfItself(ObjectReference target, WriteResult result) =>
        target.Resource == WellKnown.Services && result.Outcome == WriteOutcome.Refused
        && result.Message.Contains("already allocated", StringComparison.Ordinal);

    private static IEnumerable<string> FinalizersOf(RawObject existing) => existing.ToNode().Items("metadata", "finalizers").Select(name => name?.ToString() ?? "");

    private async Task<bool> IsGoneAsync(ResourceType type, ObjectReference target, CancellationToken cancellationToken)
    {
        var timeout = state.Request.DeletionTimeout;
        using var waiting = state.Progress.Waiting($"waits up to {GoDuration.Format(timeout)} for {target}, which is being deleted, to be gone");
        return await _wait.UntilAsync(async token => await reader.GetAsync(type, target.Name, token) is null, timeout, cancellationToken);
    }

    private (ItemOutcome Outcome, RawObject? Object) Fail(ObjectReference target, string text)
    {
        state.Journal.Error(target.ToString(), text);
        return (ItemOutcome.Failed, null);
    }

    private static string Describe(ObjectReference target, WriteResult result) => result.Outcome == WriteOutcome.NotFound
        ? $"It could not be created: its namespace {target.Name.Namespace} or its kind is gone ({result.Message})."
        : $"It could not be created; the API server says: {result.Message}";
}
