namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>Names Kubernetes and our provisioner put on volumes and claims.</summary>
internal static class VolumeNames
{
    public const string Provisioner = "devcluster.backupserver.io/local";
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";
    public const string SelectedNode = "volume.kubernetes.io/selected-node";
    public const string StorageProvisioner = "volume.kubernetes.io/storage-provisioner";
    public const string BetaStorageProvisioner = "volume.beta.kubernetes.io/storage-provisioner";
    public const string ClaimProtection = "kubernetes.io/pvc-protection";
    public const string VolumeProtection = "kubernetes.io/pv-protection";
    public const string DefaultClass = "storageclass.kubernetes.io/is-default-class";
    public const string Claims = "persistentvolumeclaims";
    public const string Volumes = "persistentvolumes";
    public const string Classes = "storageclasses.storage.k8s.io";
}
