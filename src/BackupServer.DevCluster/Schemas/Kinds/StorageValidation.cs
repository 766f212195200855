using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>PersistentVolumes and claims.</summary>
internal static class StorageValidation
{
    private static readonly string[] AccessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    /// <summary>The sources of volumes in the order of the server's own type, by JSON name.</summary>
    private static readonly (string Name, string Internal, string[] Members)[] Sources =
    [
        ("gcePersistentDisk", "GCEPersistentDisk", []),
        ("awsElasticBlockStore", "AWSElasticBlockStore", []),
        ("hostPath", "HostPath", ["path", "type"]),
        ("glusterfs", "Glusterfs", []),
        ("nfs", "NFS", ["server", "path", "readOnly"]),
        ("rbd", "RBD", []),
        ("quobyte", "Quobyte", []),
        ("iscsi", "ISCSI", []),
        ("flexVolume", "FlexVolume", []),
        ("cinder", "Cinder", []),
        ("cephfs", "CephFS", []),
        ("fc", "FC", []),
        ("flocker", "Flocker", []),
        ("azureFile", "AzureFile", []),
        ("vsphereVolume", "VsphereVolume", []),
        ("azureDisk", "AzureDisk", []),
        ("photonPersistentDisk", "PhotonPersistentDisk", []),
        ("portworxVolume", "PortworxVolume", []),
        ("scaleIO", "ScaleIO", []),
        ("local", "Local", ["path", "fsType"]),
        ("storageos", "StorageOS", []),
        ("csi", "CSI", ["driver", "volumeHandle", "readOnly", "fsType", "volumeAttributes"]),
    ];

    public static void PersistentVolume(ValidationCase test)
    {
        var spec = test.Value["spec"] as JsonObject ?? [];
        Modes(test, spec);
        if (spec["capacity"] is not JsonObject { Count: > 0 } capacity)
        {
            test.Errors.Required("spec.capacity");
        }
        else if (Quantity.TryParse(Json.Text(capacity, "storage"), out var size) && size.Sign <= 0)
        {
            test.Errors.Invalid("spec.capacity[storage]", Json.Text(capacity, "storage"), "must be greater than zero");
        }

        var sources = Sources.Where(source => spec[source.Name] is not null).ToList();
        if (sources.Count == 0)
        {
            test.Errors.Required("spec", "must specify a volume type");
        }

        foreach (var extra in sources.Skip(1))
        {
            test.Errors.Forbidden("spec." + extra.Name, "may not specify more than 1 volume type");
        }

        if (Json.Text(spec, "persistentVolumeReclaimPolicy") is { } policy && policy is not ("Delete" or "Recycle" or "Retain"))
        {
            test.Errors.NotSupported("spec.persistentVolumeReclaimPolicy", policy, ["Delete", "Recycle", "Retain"]);
        }

        VolumeUpdate(test, spec);
    }

    public static void Claim(ValidationCase test)
    {
        var spec = test.Value["spec"] as JsonObject ?? [];
        if (spec["accessModes"] is not JsonArray { Count: > 0 })
        {
            test.Errors.Required("spec.accessModes", "at least 1 access mode is required");
        }

        Modes(test, spec);
        var storage = Json.Text(spec, "resources", "requests", "storage");
        if (storage is null)
        {
            test.Errors.Required("spec.resources[storage]");
        }
        else if (Quantity.TryParse(storage, out var size) && size.Sign <= 0)
        {
            test.Errors.Invalid("spec.resources[storage]", storage, "must be greater than zero");
        }

        if (Json.Text(spec, "storageClassName") is { Length: > 0 } name)
        {
            foreach (var problem in Names.DnsSubdomain(name))
            {
                test.Errors.Invalid("spec.storageClassName", name, problem);
            }
        }

        ClaimUpdate(test, spec);
    }

    private static void Modes(ValidationCase test, JsonObject spec)
    {
        foreach (var mode in Json.Texts(spec["accessModes"]).Where(mode => !AccessModes.Contains(mode)))
        {
            test.Errors.NotSupported("spec.accessModes", mode, AccessModes);
        }
    }

    private static void VolumeUpdate(ValidationCase test, JsonObject spec)
    {
        if (test.Old?["spec"] is not JsonObject old)
        {
            return;
        }

        if (Sources.Any(source => !JsonNode.DeepEquals(spec[source.Name], old[source.Name])))
        {
            test.Errors.Forbidden("spec.persistentvolumesource",
                "spec.persistentvolumesource is immutable after creation\n" + UnifiedDiff.Of(Source(old), Source(spec)));
        }

        VolumeMode(test, spec, old);
    }

    private static void VolumeMode(ValidationCase test, JsonObject spec, JsonObject old)
    {
        if (!JsonNode.DeepEquals(spec["volumeMode"], old["volumeMode"]))
        {
            test.Errors.Invalid("volumeMode", spec["volumeMode"]?.DeepClone(), "field is immutable");
        }
    }

    private static JsonObject Source(JsonObject spec)
    {
        var shown = new JsonObject();
        foreach (var (name, internalName, members) in Sources)
        {
            shown[internalName] = spec[name] is JsonObject source ? Internal(source, members) : null;
        }

        return shown;
    }

    private static JsonObject Internal(JsonObject source, string[] members)
    {
        var shown = new JsonObject();
        foreach (var name in members.Concat(source.Select(member => member.Key).Except(members)))
        {
            shown[char.ToUpperInvariant(name[0]) + name[1..]] = source[name]?.DeepClone() ?? (name == "readOnly" ? false : null);
        }

        return shown;
    }

    private static void ClaimUpdate(ValidationCase test, JsonObject spec)
    {
        if (test.Old?["spec"] is not JsonObject old || test.Context.Subresource == "status")
        {
            return;
        }

        // Binding sets the volume once; a bound claim may grow.
        var before = Claim(old);
        var after = Claim(spec);
        if (string.IsNullOrEmpty(Json.Text(old, "volumeName")))
        {
            before["VolumeName"] = after["VolumeName"]!.DeepClone();
        }

        if (Json.Text(test.Old, "status", "phase") == "Bound")
        {
            before["Resources"]!["Requests"] = after["Resources"]!["Requests"]?.DeepClone();
            before["VolumeAttributesClassName"] = after["VolumeAttributesClassName"]?.DeepClone();
        }

        if (!JsonNode.DeepEquals(before, after))
        {
            test.Errors.Forbidden("spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n" + UnifiedDiff.Of(before, after));
        }
        else if (Quantity.TryParse(Json.Text(old, "resources", "requests", "storage"), out var size)
            && Quantity.TryParse(Json.Text(spec, "resources", "requests", "storage"), out var wanted) && wanted < size
            && !(Quantity.TryParse(Json.Text(test.Old, "status", "capacity", "storage"), out var capacity) && wanted > capacity))
        {
            test.Errors.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }

        VolumeMode(test, spec, old);
    }

    /// <summary>The claim's spec with the names of the server's own type.</summary>
    private static JsonObject Claim(JsonObject spec) => new()
    {
        ["AccessModes"] = spec["accessModes"]?.DeepClone(),
        ["Selector"] = spec["selector"]?.DeepClone(),
        ["Resources"] = new JsonObject
        {
            ["Limits"] = Json.Get(spec, "resources", "limits")?.DeepClone(),
            ["Requests"] = Json.Get(spec, "resources", "requests")?.DeepClone(),
        },
        ["VolumeName"] = Json.Text(spec, "volumeName") ?? "",
        ["StorageClassName"] = spec["storageClassName"]?.DeepClone(),
        ["VolumeMode"] = spec["volumeMode"]?.DeepClone(),
        ["DataSource"] = spec["dataSource"]?.DeepClone(),
        ["DataSourceRef"] = spec["dataSourceRef"]?.DeepClone(),
        ["VolumeAttributesClassName"] = spec["volumeAttributesClassName"]?.DeepClone(),
    };
}
