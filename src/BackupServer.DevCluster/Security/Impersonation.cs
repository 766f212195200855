using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Security;

/// <summary>The Impersonate-* headers.</summary>
internal static class Impersonation
{
    private const string ExtraPrefix = "Impersonate-Extra-";

    /// <summary>The user the headers name, or null when there are none; 400 where they name no user.</summary>
    public static UserInfo? Read(IHeaderDictionary headers)
    {
        var name = headers["Impersonate-User"].ToString();
        var groups = headers["Impersonate-Group"].Where(g => g is not null).Select(g => g!).ToList();
        var uid = headers["Impersonate-Uid"].ToString();
        var extra = headers.Where(h => h.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(h => Uri.UnescapeDataString(h.Key[ExtraPrefix.Length..].ToLowerInvariant()), h => (IReadOnlyList<string>)[.. h.Value.Select(v => v ?? "")]);
        if (name.Length == 0 && groups.Count == 0 && uid.Length == 0 && extra.Count == 0)
        {
            return null;
        }

        if (name.Length == 0)
        {
            var shown = groups.Count == 0 ? "[]string(nil)" : $"[]string{{{string.Join(", ", groups.Select(g => $"\"{g}\""))}}}";
            throw ApiErrors.BadRequest(
                $"requested &user.DefaultInfo{{Name:\"\", UID:\"{uid}\", Groups:{shown}, Extra:map[string][]string(nil)}} without impersonating a user name");
        }

        if (name.Split(':') is ["system", "serviceaccount", var ns, var account] && groups.Count == 0)
        {
            return UserInfo.ServiceAccount(ns, account, uid) with { Extra = extra };
        }

        if (name != UserInfo.Anonymous.Name && !groups.Contains("system:authenticated"))
        {
            groups.Add("system:authenticated");
        }

        return new UserInfo(name, uid, groups) { Extra = extra };
    }
}
