using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Reviews;

/// <summary>Registers the resources that answer questions and store nothing.</summary>
internal static class ReviewComponents
{
    /// <summary>Called once while the host is composed.</summary>
    public static void Register(DevClusterHost host)
    {
        var access = new AccessReview(host.Authorizer);
        host.Subresources.Add("authorization.k8s.io/selfsubjectaccessreviews/", access);
        host.Subresources.Add("authorization.k8s.io/subjectaccessreviews/", access);
        host.Subresources.Add("authorization.k8s.io/localsubjectaccessreviews/", access);
        host.Subresources.Add("authorization.k8s.io/selfsubjectrulesreviews/", new RulesReview(host.Authorizer));
        host.Subresources.Add("authentication.k8s.io/selfsubjectreviews/", new SelfReview());
        host.Subresources.Add("authentication.k8s.io/tokenreviews/", new TokenReview(host.Authenticator));
    }
}
