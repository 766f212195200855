namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>The variables that an expression sees; inner scopes hide outer ones.</summary>
internal sealed record CelScope(string Name, object? Value, CelScope? Outer)
{
    public static bool TryGet(CelScope? scope, string name, out object? value)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == name)
            {
                value = scope.Value;
                return true;
            }
        }

        value = null;
        return false;
    }
}
