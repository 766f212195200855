using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>Credentials that a program prints. Kept until they expire or the server refuses them; one run at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose.")]
internal sealed class ExecCredentials(ExecPlugin plugin, string description, TimeProvider time) : ICredentialSource
{
    private readonly SemaphoreSlim _gate = new(1);
    private Credential? _current;
    private DateTimeOffset? _expires;

    public string Description => $"{description} (exec plugin {plugin.Command})";

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        return current is not null && !Expired() ? current : await RunAsync(refused: null, cancellationToken);
    }

    public async ValueTask<Credential> RenewAsync(Credential refused, CancellationToken cancellationToken) =>
        await RunAsync(refused, cancellationToken);

    private bool Expired() => _expires is { } moment && time.GetUtcNow() >= moment;

    private async ValueTask<Credential> RunAsync(Credential? refused, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have renewed it while this caller waited.
            if (_current is not null && !Expired() && !ReferenceEquals(_current, refused))
            {
                return _current;
            }

            var (credential, expires) = Parse(await OutputAsync(cancellationToken));
            _expires = expires;
            _current = credential;
            return credential;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> OutputAsync(CancellationToken cancellationToken)
    {
        var interactive = plugin.InteractiveMode != ExecInteractiveMode.Never && !Console.IsInputRedirected;
        if (plugin.InteractiveMode == ExecInteractiveMode.Always && !interactive)
        {
            throw Failure("needs a terminal (interactiveMode: Always), and standard input is none");
        }

        using var process = Start(interactive);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            if (!interactive)
            {
                process.StandardInput.Close();
            }

            var text = await output;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? text : throw Failure($"ended with exit code {process.ExitCode}");
        }
        catch (OperationCanceledException) when (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private Process Start(bool interactive)
    {
        // Standard error stays ours: plugins print their questions and complaints there.
        var start = new ProcessStartInfo(plugin.Command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = !interactive,
        };
        foreach (var argument in plugin.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Question(interactive).ToJsonString();
        try
        {
            return Process.Start(start) ?? throw Failure("did not start");
        }
        catch (Win32Exception e)
        {
            var hint = plugin.InstallHint.Length > 0 ? $"\n{plugin.InstallHint.Trim()}" : "";
            throw Failure($"cannot be started: {e.Message}{hint}", e);
        }
    }

    private JsonObject Question(bool interactive)
    {
        var spec = new JsonObject { ["interactive"] = interactive };
        if (plugin.ClusterInfo is not null)
        {
            spec["cluster"] = plugin.ClusterInfo.DeepClone();
        }

        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private (Credential Credential, DateTimeOffset? Expires) Parse(string output)
    {
        JsonNode answer;
        try
        {
            answer = JsonNode.Parse(output) ?? throw Failure("printed null");
            if ((string?)answer["apiVersion"] is var version && version != plugin.ApiVersion)
            {
                throw Failure($"printed apiVersion \"{version}\" where the kubeconfig says \"{plugin.ApiVersion}\"");
            }

            var status = answer["status"] ?? throw Failure("printed no status");
            var token = (string?)status["token"];
            var certificate = (string?)status["clientCertificateData"];
            var key = (string?)status["clientKeyData"];
            if (string.IsNullOrEmpty(token) && (string.IsNullOrEmpty(certificate) || string.IsNullOrEmpty(key)))
            {
                throw Failure("printed neither status.token nor both status.clientCertificateData and status.clientKeyData");
            }

            var pair = string.IsNullOrEmpty(certificate) || string.IsNullOrEmpty(key) ? null : ClientCertificate.FromPem(certificate, key);
            var expires = (string?)status["expirationTimestamp"] is { } text ? DateTimeOffset.Parse(text) : (DateTimeOffset?)null;
            return (string.IsNullOrEmpty(token) ? new Credential(null, pair) : Credential.Bearer(token, pair), expires);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or CryptographicException or ArgumentException)
        {
            // The output holds secrets, and parsers quote what they stumble over.
            throw Failure($"printed something that is no ExecCredential ({e.GetType().Name})");
        }
    }

    private CredentialException Failure(string what, Exception? inner = null) =>
        new($"The credential plugin {plugin.Command} of {description} {what}.", inner);
}
