using System.Text;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Tests.Servers;

namespace BackupServer.Kubernetes.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_current_context_gives_server_namespace_and_token()
    {
        var file = _directory.Write("config", """
            apiVersion: v1
            kind: Config
            current-context: prod
            contexts:
            - {name: dev, context: {cluster: d, user: u}}
            - name: prod
              context: {cluster: p, user: u, namespace: shop}
            clusters:
            - {name: d, cluster: {server: "http://127.0.0.1:1"}}
            - {name: p, cluster: {server: "https://10.0.0.1:6443/k8s/x", proxy-url: "socks5://127.0.0.1:9", tls-server-name: api.internal}}
            users:
            - {name: u, user: {token: secret-token, as: admin, as-groups: [a], as-user-extra: {scopes: [view]}}}
            """);

        var configuration = KubernetesClientConfiguration.FromKubeconfig(file);

        Assert.Equal(new Uri("https://10.0.0.1:6443/k8s/x"), configuration.Server);
        Assert.Equal(("shop", "prod", $"context \"prod\" in {file}"), (configuration.Namespace, configuration.Context, configuration.Source));
        Assert.Equal(new Uri("socks5://127.0.0.1:9"), configuration.Proxy);
        Assert.Equal("api.internal", configuration.Trust.ServerName);
        Assert.Equal("secret-token", (await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken)).Authorization?.Parameter);
        Assert.Equal("admin", configuration.Impersonation?.User);
        Assert.Equal("a", configuration.Impersonation!.Group);
        Assert.Equal("view", configuration.Impersonation.Extra["scopes"]);
        Assert.Equal(new Uri("http://127.0.0.1:1"), KubernetesClientConfiguration.FromKubeconfig(file, "dev").Server);
    }

    [Fact]
    public async Task Of_several_files_the_first_that_says_something_counts()
    {
        var first = _directory.Write("1", """
            contexts: [{name: a, context: {cluster: c, user: u}}]
            users: [{name: u, user: {token: first}}]
            """);
        var second = _directory.Write("2", """
            current-context: a
            contexts: [{name: a, context: {cluster: wrong, user: wrong}}]
            clusters: [{name: c, cluster: {server: "https://h"}}]
            users: [{name: u, user: {token: second}}]
            """);
        var empty = _directory.Write("3", "");

        var configuration = KubernetesClientConfiguration.FromKubeconfig(Kubeconfig.Load([Path.Combine(_directory.Path, "absent"), first, second, empty]));

        Assert.Equal(new Uri("https://h"), configuration.Server);
        Assert.Equal("first", (await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken)).Authorization?.Parameter);
    }

    [Fact]
    public async Task User_and_password_are_sent_as_basic_credentials()
    {
        var configuration = Load("server: https://h", "{username: u, password: p}");

        var credential = await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("Basic", Convert.ToBase64String("u:p"u8)), (credential.Authorization?.Scheme, credential.Authorization?.Parameter));
    }

    [Theory]
    [InlineData("EC SEC1")]
    [InlineData("EC PKCS8")]
    [InlineData("RSA PKCS1")]
    [InlineData("RSA PKCS8")]
    public async Task Certificates_are_taken_from_files_beside_the_kubeconfig_or_from_data(string form)
    {
        var authority = new TestAuthority();
        var (certificate, key) = authority.Client(form);
        _directory.Write("pki/ca.crt", authority.Pem);
        _directory.Write("pki/client.crt", certificate);
        _directory.Write("pki/client.key", key);

        var byFile = Load("{server: 'https://h', certificate-authority: pki/ca.crt}", "{client-certificate: pki/client.crt, client-key: pki/client.key}");
        var byData = Load(
            $"{{server: 'https://h', certificate-authority: absent, certificate-authority-data: {Base64(authority.Pem)}}}",
            $"{{client-certificate: absent, client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}");

        foreach (var configuration in new[] { byFile, byData })
        {
            Assert.Single(configuration.Trust.Authorities!);
            var credential = await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken);
            Assert.Contains("CN=admin", credential.Certificate!.Subject);
        }
    }

    [Theory]
    [InlineData("{}", "{}", "cluster \"c\".server is missing")]
    [InlineData("{server: 'ftp://h'}", "{}", "cluster \"c\".server must be an http or https address, not \"ftp://h\"")]
    [InlineData("{server: [h]}", "{}", "cluster \"c\".server must be a string")]
    [InlineData("{server: h, insecure-skip-tls-verify: maybe}", "{}", "cluster \"c\".insecure-skip-tls-verify must be true or false, not \"maybe\"")]
    [InlineData("{server: h, certificate-authority: absent.crt}", "{}", "cluster \"c\".certificate-authority names")]
    [InlineData("{server: h, certificate-authority-data: '%%'}", "{}", "cluster \"c\".certificate-authority-data is not base64")]
    [InlineData("{server: h, certificate-authority-data: YWJj}", "{}", "cluster \"c\".certificate-authority-data holds no usable certificate")]
    [InlineData("{server: h, proxy-url: 'what'}", "{}", "cluster \"c\".proxy-url must be an http, https or socks5 address")]
    [InlineData("{server: h}", "{client-certificate-data: YWJj}", "user \"u\".client-key is missing, but client-certificate is set")]
    [InlineData("{server: h}", "{client-certificate-data: YWJj, client-key-data: YWJj}", "user \"u\".client-certificate and client-key cannot be used together")]
    [InlineData("{server: h}", "{auth-provider: {name: gcp}}", "user \"u\".auth-provider \"gcp\" was removed from Kubernetes in 1.26; use an exec plugin instead")]
    [InlineData("{server: h}", "{as: me, as-groups: [a, b]}", "user \"u\".as-groups names several values, and this program can send only one")]
    [InlineData("{server: h}", "{exec: {command: x}}", "user \"u\".exec.apiVersion is missing")]
    [InlineData("{server: h}", "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}", "user \"u\".exec.apiVersion must be")]
    [InlineData("{server: h}", "{exec: {apiVersion: client.authentication.k8s.io/v1}}", "user \"u\".exec.command is missing")]
    [InlineData("{server: h}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x}}", "user \"u\".exec.interactiveMode must be set")]
    [InlineData("{server: h}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Perhaps}}", "not \"Perhaps\"")]
    public void An_error_names_file_entry_and_field(string cluster, string user, string expected)
    {
        var error = Assert.Throws<KubeconfigException>(() => Load(cluster, user));

        Assert.StartsWith(Path.Combine(_directory.Path, "config") + ": ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("a: b\nc: }", "is not valid YAML: line 2, column 4")]
    [InlineData("[]", "is not a kubeconfig")]
    [InlineData("clusters: {}", "kubeconfig.clusters must be a list")]
    [InlineData("clusters: [x]", "kubeconfig.clusters[0] must be a mapping")]
    [InlineData("contexts: [{context: {}}]", "kubeconfig.contexts[0].name is missing")]
    [InlineData("", "current-context is not set. Name a context; there are: none.")]
    [InlineData("{current-context: b, contexts: [{name: a, context: {}}]}", "there is no context \"b\". There are: a.")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {user: u}}]}", "context \"a\".cluster is not set")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: c}}]}", "context \"a\".cluster names \"c\", and there is no such cluster. There are: none")]
    public void A_file_that_is_no_kubeconfig_says_where(string content, string expected)
    {
        var file = _directory.Write("config", content);

        var error = Assert.Throws<KubeconfigException>(() => KubernetesClientConfiguration.FromKubeconfig(file));

        Assert.Contains(file, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<KubeconfigException>(() => KubernetesClientConfiguration.FromKubeconfig("/nowhere/config"));

        Assert.Equal("There is no kubeconfig file: looked for /nowhere/config. Name one with --kubeconfig or in $KUBECONFIG.", error.Message);
    }

    [Fact]
    public async Task Inside_a_pod_the_service_account_is_used_and_its_token_read_again()
    {
        var authority = new TestAuthority();
        _directory.Write("ca.crt", authority.Pem);
        _directory.Write("namespace", "backup\n");
        _directory.Write("token", "one\n");
        var time = new FakeTime();

        var configuration = InClusterConfiguration.Load(_directory.Path, "fd00::1", "443", time);
        var first = await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken);
        _directory.Write("token", "two");
        var soon = await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(2));
        var later = await configuration.Credentials.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new Uri("https://[fd00::1]:443"), configuration.Server);
        Assert.Equal("backup", configuration.Namespace);
        Assert.Equal(("one", "one", "two"), (first.Authorization?.Parameter, soon.Authorization?.Parameter, later.Authorization?.Parameter));
    }

    private KubernetesClientConfiguration Load(string cluster, string user) => KubernetesClientConfiguration.FromKubeconfig(_directory.Write("config", $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {{{(cluster.StartsWith('{') ? cluster : $"{{{cluster}}}")}}}}]
        users: [{name: u, user: {{{user}}}}]
        """));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
