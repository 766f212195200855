namespace BackupServer.Engine.Clusters;

/// <summary>How the API server answered a write.</summary>
public enum WriteOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>An object of that name is there (409, reason AlreadyExists).</summary>
    AlreadyExists,

    /// <summary>The object, its namespace or its resource is not there (404).</summary>
    NotFound,

    /// <summary>The object is not the one that was meant (409, reason Conflict).</summary>
    Conflict,

    /// <summary>Anything else: forbidden, invalid, denied by a webhook, over quota.</summary>
    Refused,
}
