using System.Globalization;

namespace BackupServer.Repository.Files;

/// <summary>Names of users and groups by number, as <c>/etc/passwd</c> and <c>/etc/group</c> have them; accounts of a directory service have none here.</summary>
public sealed class AccountNames
{
    private readonly Dictionary<uint, string> _users;
    private readonly Dictionary<uint, string> _groups;

    private AccountNames(Dictionary<uint, string> users, Dictionary<uint, string> groups) => (_users, _groups) = (users, groups);

    /// <summary>Reads both files; one that is not there names nobody.</summary>
    public static AccountNames Load(string directory = "/etc") => new(Read(Path.Combine(directory, "passwd")), Read(Path.Combine(directory, "group")));

    /// <summary>A user's name, or null.</summary>
    public string? User(uint id) => _users.GetValueOrDefault(id);

    /// <summary>A group's name, or null.</summary>
    public string? Group(uint id) => _groups.GetValueOrDefault(id);

    private static Dictionary<uint, string> Read(string file)
    {
        var names = new Dictionary<uint, string>();
        foreach (var line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            if (line.Split(':') is [{ Length: > 0 } name, _, var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                names.TryAdd(id, name);
            }
        }

        return names;
    }
}
