using System.Runtime.CompilerServices;
using BackupServer.Abstractions.Plugins;
using BackupServer.PluginHost.Loading;
using BackupServer.PluginHost.Tests.Building;

namespace BackupServer.PluginHost.Tests;

public sealed class PluginUnloadTests(PluginWorkshop workshop)
{
    [Fact]
    public void A_plugin_that_nobody_holds_any_more_is_unloaded()
    {
        var path = Path.Combine(workshop.DirectoryOf("OwnLibrary"), "OwnLibrary", "OwnLibrary.dll");

        var context = LoadUseAndDispose(path);

        // Unloading is cooperative: collections finish it, and ten are more than any number it was seen to take.
        for (var i = 0; i < 10 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(context.IsAlive);
    }

    // A separate method, so that no local of the test keeps the plugin alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadUseAndDispose(string path)
    {
        using var loader = PluginLoader.CreateFromAssemblyFile(path);
        var type = loader.LoadDefaultAssembly().GetType("OwnLibrary")!;
        Assert.StartsWith("private library", ((IPlugin)Activator.CreateInstance(type)!).Name);
        return new WeakReference(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(type.Assembly));
    }
}
