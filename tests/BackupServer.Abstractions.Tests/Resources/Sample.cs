using System.Collections;
using System.Reflection;

namespace BackupServer.Abstractions.Tests.Resources;

/// <summary>Objects with a value for every member, so that none can be forgotten when a type grows.</summary>
internal static class Sample
{
    public static object Full(Type type) => Fill(type, 0)!;

    private static object? Fill(Type type, int depth)
    {
        if (Scalar(Nullable.GetUnderlyingType(type) ?? type, depth) is { } scalar)
        {
            return scalar;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var list = (IList)Activator.CreateInstance(type)!;
            list.Add(Fill(type.GetGenericArguments()[0], depth + 1));
            return list;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var map = (IDictionary)Activator.CreateInstance(type)!;
            map.Add("key", Fill(type.GetGenericArguments()[1], depth + 1));
            return map;
        }

        var instance = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.CanWrite))
        {
            property.SetValue(instance, Fill(property.PropertyType, depth + 1));
        }

        return instance;
    }

    private static object? Scalar(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text-{seed}",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 40 + seed,
        _ when type == typeof(long) => (1L << 40) + seed,
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(20_000 + seed),
        _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(90 + seed),
        { IsEnum: true } => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
        _ => null,
    };
}
