using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Controllers.Tokens;
using BackupServer.DevCluster.Controllers.Volumes;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// Makes a Pod's volumes below the kubelet folder: directories for those with content of the node, links to the data for those of claims,
/// because binding mounts would need root.
/// </summary>
internal sealed class PodVolumes(KubeletLayout layout, IObjectClient client, ControllerContext context)
{
    /// <exception cref="MissingConfigurationException">Something the volumes need is not there yet.</exception>
    public IReadOnlyDictionary<string, MountedVolume> Prepare(JsonObject pod, string podIp, string hostIp)
    {
        var mounted = new Dictionary<string, MountedVolume>(StringComparer.Ordinal);
        foreach (var volume in pod.Items("spec", "volumes"))
        {
            var name = volume.Text("name") ?? string.Empty;
            mounted[name] = new MountedVolume(name, Mount(pod, volume, name, podIp, hostIp));
        }

        return mounted;
    }

    /// <summary>Puts the mounts of a container into its root, as links at the mount paths.</summary>
    public static void LinkMounts(JsonObject container, string root, IReadOnlyDictionary<string, MountedVolume> volumes, IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(root);
        // Short paths first: a mount inside another mount is made in the volume of the outer one, as mounting would.
        foreach (var mount in container.Items("volumeMounts").OrderBy(mount => mount.Text("mountPath")!.Length))
        {
            if (!volumes.TryGetValue(mount.Text("name") ?? string.Empty, out var volume))
            {
                throw new MissingConfigurationException($"volume \"{mount.Text("name")}\" of the mount is not among the pod's volumes");
            }

            var target = volume.Path;
            var inside = mount.Text("subPathExpr") is { Length: > 0 } expression
                ? ContainerEnvironment.Expand(expression, environment)
                : mount.Text("subPath") ?? string.Empty;
            if (inside.Length > 0)
            {
                target = Path.Combine(target, inside);
                if (!Path.Exists(target)) Directory.CreateDirectory(target);
            }

            var link = Path.Combine(root, mount.Text("mountPath")!.Trim('/'));
            if (link.TrimEnd('/') == root.TrimEnd('/')) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
            else if (Directory.Exists(link) && !Directory.EnumerateFileSystemEntries(link).Any()) Directory.Delete(link);
            if (!Path.Exists(link)) File.CreateSymbolicLink(link, target);
        }
    }

    /// <summary>Removes what belongs to the Pod alone. Links are removed, never what they point at.</summary>
    /// <exception cref="IOException">Some of it stays.</exception>
    public async Task RemoveAsync(string podUid, CancellationToken cancellationToken)
    {
        await FolderRemoval.RemoveAsync(layout.Pod(podUid), cancellationToken);
        await FolderRemoval.RemoveAsync(layout.Containers(podUid), cancellationToken);
    }

    private string Mount(JsonObject pod, JsonObject volume, string name, string podIp, string hostIp)
    {
        if (volume.Text("persistentVolumeClaim", "claimName") is { } claim) return MountClaim(pod, claim);
        if (volume.At("ephemeral") is not null) return MountClaim(pod, $"{pod.Name()}-{name}");
        if (volume.At("configMap") is { } map) return Write(pod, "kubernetes.io/configmap", name, files => AddKeys(pod, files, "configmaps", map, map.Text("name")));
        if (volume.At("secret") is { } secret) return Write(pod, "kubernetes.io/secret", name, files => AddKeys(pod, files, "secrets", secret, secret.Text("secretName")));
        if (volume.At("downwardAPI") is { } downward) return Write(pod, "kubernetes.io/downward-api", name, files => AddFields(pod, files, downward, podIp, hostIp));
        if (volume.At("projected") is { } projected) return Write(pod, "kubernetes.io/projected", name, files => AddProjected(pod, files, projected, podIp, hostIp));
        if (volume.Text("hostPath", "path") is { } path)
        {
            if (volume.Text("hostPath", "type") is "DirectoryOrCreate") Directory.CreateDirectory(path);
            return path;
        }

        // Of the other types only emptyDir can be had here; one that needs a driver of its own starts empty too.
        var plugin = volume.At("csi") is not null ? "kubernetes.io/csi" : "kubernetes.io/empty-dir";
        var directory = layout.Volume(pod.Uid(), plugin, name);
        if (volume.At("csi") is not null) directory = Path.Combine(directory, "mount");
        Directory.CreateDirectory(directory);
        return directory;
    }

    private string MountClaim(JsonObject pod, string claimName)
    {
        if (client.Get(VolumeNames.Claims, pod.Namespace(), claimName) is not { } claim)
        {
            throw new MissingConfigurationException($"persistentvolumeclaim \"{claimName}\" not found");
        }

        if (claim.Text("status", "phase") != "Bound" || client.Get(VolumeNames.Volumes, null, claim.Text("spec", "volumeName") ?? string.Empty) is not { } volume)
        {
            throw new MissingConfigurationException($"persistentvolumeclaim \"{claimName}\" is not bound");
        }

        var spec = volume.At("spec");
        if (spec.Text("local", "path") is { } local) return LinkTo(pod, "kubernetes.io/local-volume", volume.Name(), local);
        if (spec.Text("hostPath", "path") is { } host)
        {
            // A kubelet uses the path itself and makes nothing below the Pod.
            Directory.CreateDirectory(host);
            return host;
        }

        var data = context.Paths.Volume(volume.Name());
        Directory.CreateDirectory(data);
        if (spec.At("csi") is { } csi)
        {
            var folder = layout.Volume(pod.Uid(), "kubernetes.io/csi", volume.Name());
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "vol_data.json"), new JsonObject
            {
                ["driverName"] = csi.Text("driver"),
                ["nodeName"] = pod.Text("spec", "nodeName"),
                ["specVolID"] = volume.Name(),
                ["volumeHandle"] = csi.Text("volumeHandle"),
                ["volumeLifecycleMode"] = "Persistent",
            }.ToJsonString());
            return Link(Path.Combine(folder, "mount"), data);
        }

        var plugin = spec.At("nfs") is not null ? "kubernetes.io/nfs" : spec.At("iscsi") is not null ? "kubernetes.io/iscsi" : "kubernetes.io/local-volume";
        return LinkTo(pod, plugin, volume.Name(), data);
    }

    private string LinkTo(JsonObject pod, string plugin, string name, string target)
    {
        if (!Directory.Exists(target))
        {
            if (!target.StartsWith(context.Paths.Root, StringComparison.Ordinal)) throw new MissingConfigurationException($"path \"{target}\" does not exist");
            Directory.CreateDirectory(target);
        }

        var link = layout.Volume(pod.Uid(), plugin, name);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        return Link(link, target);
    }

    private static string Link(string link, string target)
    {
        if (new FileInfo(link).LinkTarget is not null) File.Delete(link);
        File.CreateSymbolicLink(link, target);
        return link;
    }

    private string Write(JsonObject pod, string plugin, string name, Action<Dictionary<string, (byte[] Content, int Mode)>> collect)
    {
        var files = new Dictionary<string, (byte[] Content, int Mode)>(StringComparer.Ordinal);
        collect(files);
        var directory = layout.Volume(pod.Uid(), plugin, name);
        Directory.CreateDirectory(directory);
        foreach (var (path, (content, mode)) in files)
        {
            var full = Path.GetFullPath(Path.Combine(directory, path));
            if (!full.StartsWith(directory + "/", StringComparison.Ordinal)) throw new MissingConfigurationException($"path \"{path}\" leaves the volume");
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.Delete(full);
            File.WriteAllBytes(full, content);
            File.SetUnixFileMode(full, (UnixFileMode)(mode & 0x1ff));
        }

        return directory;
    }

    private void AddKeys(JsonObject pod, Dictionary<string, (byte[] Content, int Mode)> files, string resource, JsonNode source, string? objectName, int? modeOfVolume = null)
    {
        var mode = source.Int(modeOfVolume ?? 420, "defaultMode");
        if (client.Get(resource, pod.Namespace(), objectName ?? string.Empty) is not { } found)
        {
            if (source.Flag("optional")) return;
            throw new MissingConfigurationException($"{resource[..^1]} \"{objectName}\" not found");
        }

        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in found.Map("data")) content[key] = resource == "secrets" ? Convert.FromBase64String(value) : Encoding.UTF8.GetBytes(value);
        foreach (var (key, value) in found.Map("binaryData")) content[key] = Convert.FromBase64String(value);
        var items = source.Items("items").ToList();
        if (items.Count == 0)
        {
            foreach (var (key, value) in content) files[key] = (value, mode);
            return;
        }

        foreach (var item in items)
        {
            if (content.TryGetValue(item.Text("key") ?? string.Empty, out var value)) files[item.Text("path")!] = (value, item.Int(mode, "mode"));
            else if (!source.Flag("optional")) throw new MissingConfigurationException($"references non-existent {(resource == "secrets" ? "secret" : "config")} key: {item.Text("key")}");
        }
    }

    private static void AddFields(JsonObject pod, Dictionary<string, (byte[] Content, int Mode)> files, JsonNode source, string podIp, string hostIp, int? modeOfVolume = null)
    {
        var mode = source.Int(modeOfVolume ?? 420, "defaultMode");
        foreach (var item in source.Items("items"))
        {
            var text = item.Text("fieldRef", "fieldPath") is { } path
                ? PodFacts.Field(pod, path, podIp, hostIp)
                : item.At("resourceFieldRef") is { } resource ? PodFacts.Resource(pod, resource, null) : string.Empty;
            files[item.Text("path")!] = (Encoding.UTF8.GetBytes(text), item.Int(mode, "mode"));
        }
    }

    private void AddProjected(JsonObject pod, Dictionary<string, (byte[] Content, int Mode)> files, JsonNode projected, string podIp, string hostIp)
    {
        var mode = projected.Int(420, "defaultMode");
        foreach (var source in projected.Items("sources"))
        {
            if (source.At("configMap") is { } map) AddKeys(pod, files, "configmaps", map, map.Text("name"), mode);
            if (source.At("secret") is { } secret) AddKeys(pod, files, "secrets", secret, secret.Text("name"), mode);
            if (source.At("downwardAPI") is { } downward) AddFields(pod, files, downward, podIp, hostIp, mode);
            if (source.At("serviceAccountToken") is { } token) files[token.Text("path")!] = (Encoding.UTF8.GetBytes(Token(pod, token)), 384);
        }
    }

    private string Token(JsonObject pod, JsonNode wish)
    {
        var account = pod.Text("spec", "serviceAccountName") is { Length: > 0 } named ? named : "default";
        if (client.Get("serviceaccounts", pod.Namespace(), account) is not { } found)
        {
            throw new MissingConfigurationException($"serviceaccount \"{account}\" not found");
        }

        var audiences = wish.Text("audience") is { Length: > 0 } audience ? (IReadOnlyList<string>)[audience] : [];
        // Long enough for any run here: nobody rotates the file as a kubelet would.
        var seconds = Math.Max(wish.Number("expirationSeconds") ?? 3607, 365L * 24 * 3600);
        return context.IssueToken(new ServiceAccountTokenWish(pod.Namespace()!, account, found.Uid(), seconds, audiences, pod.Name(), pod.Uid()));
    }
}
