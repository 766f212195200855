using System.Text;

namespace BackupServer.DevCluster.Cluster;

/// <summary>Writes a kubeconfig for the administrator of a cluster. Readable by its owner alone, for it holds the token.</summary>
internal static class KubeconfigFile
{
    /// <summary>Writes the file in one step, so that a reader never sees half of it.</summary>
    public static void Write(string path, Uri server, string authorityPem, string token)
    {
        var authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem));
        var text = $"""
            apiVersion: v1
            kind: Config
            current-context: devcluster
            clusters:
            - name: devcluster
              cluster:
                server: {server.ToString().TrimEnd('/')}
                certificate-authority-data: {authority}
            users:
            - name: admin
              user:
                token: {token}
            contexts:
            - name: devcluster
              context:
                cluster: devcluster
                user: admin

            """;
        var temporary = path + ".tmp";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new StreamWriter(temporary, options))
        {
            file.Write(text);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
