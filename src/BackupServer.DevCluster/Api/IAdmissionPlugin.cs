namespace BackupServer.DevCluster.Api;

/// <summary>
/// A check or change of requests that concerns several kinds (namespace lifecycle, LimitRange, quota, ServiceAccount of pods).
/// Called in order of registration. Throw <see cref="ApiStatusException"/> to refuse.
/// </summary>
internal interface IAdmissionPlugin
{
    /// <summary>May change <see cref="AdmissionRequest.Object"/>.</summary>
    void Admit(AdmissionRequest request)
    {
    }

    /// <summary>After validation of the object; must not change it.</summary>
    void Validate(AdmissionRequest request)
    {
    }
}
