using BackupServer.Kubernetes.Transport;

namespace BackupServer.Kubernetes.Tests.Transport;

public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("https://10.96.0.1", true)]
    [InlineData("https://10.97.0.1", false)]
    [InlineData("https://192.168.1.5:6443", true)]
    [InlineData("https://192.168.1.6:6443", false)]
    [InlineData("https://api.internal.test", true)]
    [InlineData("https://internal.test", true)]
    [InlineData("https://notinternal.test", false)]
    [InlineData("https://a.below.test", true)]
    [InlineData("https://below.test", false)]
    [InlineData("https://port.test:6443", true)]
    [InlineData("https://port.test", false)]
    [InlineData("https://127.0.0.1:6443", true)]
    [InlineData("https://localhost", true)]
    [InlineData("https://elsewhere.test", false)]
    public void Exceptions_may_be_networks_addresses_names_and_ports(string destination, bool bypassed)
    {
        var proxy = new EnvironmentProxy("http://proxy:3128", null, "10.96.0.0/16, 192.168.1.5,internal.test,.below.test,port.test:6443");

        Assert.Equal(bypassed, proxy.IsBypassed(new Uri(destination)));
        Assert.Equal(bypassed ? null : new Uri("http://proxy:3128"), proxy.GetProxy(new Uri(destination)));
    }

    [Fact]
    public void Each_scheme_has_its_own_proxy_and_a_bare_host_means_http()
    {
        var proxy = new EnvironmentProxy(null, "proxy:3128", null);

        Assert.Null(proxy.GetProxy(new Uri("https://a.test")));
        Assert.Equal(new Uri("http://proxy:3128"), proxy.GetProxy(new Uri("http://a.test")));
        Assert.True(new EnvironmentProxy("proxy", "proxy", "*").IsBypassed(new Uri("http://a.test")));
    }
}
