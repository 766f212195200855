using System.Reflection;
using BackupServer.Abstractions.Plugins;

namespace BackupServer.PluginHost.Loading;

/// <summary>Turns a plugin assembly file into a registered plugin, or into a plain reason why not.</summary>
internal static class PluginActivator
{
    /// <summary>Loads the plugin, makes its entry and lets it register.</summary>
    /// <exception cref="PluginLoadException">It cannot be used.</exception>
    public static async Task<IPlugin> ActivateAsync(
        PluginLoader loader, PluginRegistry registry, TimeSpan timeLimit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var manifest = PluginManifest.Read(loader.Config.MainAssemblyPath);
        if (manifest.ContractVersion != PluginContract.Version)
        {
            throw new PluginLoadException(
                $"it was built for version {manifest.ContractVersion} of the plugin contract, and this host has version {PluginContract.Version}: "
                + (manifest.ContractVersion < PluginContract.Version ? "install a newer build of the plugin" : "update the host, or install an older build of the plugin"));
        }

        try
        {
            // Foreign code may block for good; it gets a thread of the pool and a limit, and the host goes on without it.
            return await Task.Run(() => Start(loader, manifest, registry), cancellationToken).WaitAsync(timeLimit, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new PluginLoadException($"its constructor or Register did not return within {timeLimit.TotalSeconds:0.#} s");
        }
    }

    private static IPlugin Start(PluginLoader loader, PluginManifest manifest, PluginRegistry registry)
    {
        var plugin = Reasoned("its constructor", () => Create(loader, manifest));
        registry.PluginName = Reasoned("its Name", () => plugin.Name) is { Length: > 0 } name ? name : throw new PluginLoadException("its Name is empty");
        Reasoned("Register", () =>
        {
            plugin.Register(registry);
            return true;
        });
        return plugin;
    }

    private static IPlugin Create(PluginLoader loader, PluginManifest manifest)
    {
        var type = loader.LoadDefaultAssembly().GetType(manifest.EntryType)
            ?? throw new PluginLoadException($"its entry type {manifest.EntryType} is not in the assembly");
        if (!typeof(IPlugin).IsAssignableFrom(type) || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new PluginLoadException($"its entry type {manifest.EntryType} does not implement IPlugin with a public constructor without parameters");
        }

        return (IPlugin)Activator.CreateInstance(type)!;
    }

    private static T Reasoned<T>(string step, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not PluginLoadException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw cause as PluginLoadException ?? new PluginLoadException(Reason(step, cause), cause);
        }
    }

    private static string Reason(string step, Exception cause) => cause switch
    {
        FileNotFoundException { FileName: { Length: > 0 } name } when name.Contains("Version=", StringComparison.Ordinal) =>
            $"it needs the library {name.Split(", Culture=")[0]}, which is not in its folder; copy the plugin's whole output folder, with its .deps.json",
        MissingMemberException or TypeLoadException =>
            $"{step} needs something that a library it was built against does not have: {cause.Message}",
        _ => $"{step} threw {cause.GetType().Name}: {cause.Message}",
    };
}
