namespace BackupServer.Repository;

/// <summary>Where each kind of file is. The layout is the same in directories and object stores.</summary>
internal static class RepositoryPaths
{
    public const string Config = "config";
    public const string Keys = "keys";
    public const string Snapshots = "snapshots";
    public const string Index = "index";
    public const string Locks = "locks";
    public const string Data = "data";

    public static string Pack(ObjectId id)
    {
        var name = id.ToString();
        return $"{Data}/{name[..2]}/{name}";
    }

    public static string File(string directory, ObjectId id) => $"{directory}/{id}";
}
