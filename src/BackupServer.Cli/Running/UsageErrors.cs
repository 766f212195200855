using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.Json.Serialization;

namespace BackupServer.Cli.Running;

/// <summary>Says in words what is wrong with an argument. The parser names the type of this program that a value does not fit, which tells a user nothing.</summary>
internal static class UsageErrors
{
    private const string TypeFollows = " as expected type ";

    /// <summary>The message of an error.</summary>
    public static string InWords(ParseError error)
    {
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType),
            _ => ("", null),
        };
        return type is not null && error.Message.Contains(TypeFollows, StringComparison.Ordinal)
            ? $"{name}: {string.Join(" ", error.SymbolResult!.Tokens.Select(static token => $"\"{token.Value}\""))} is not {Expected(Nullable.GetUnderlyingType(type) ?? type)}"
            : error.Message;
    }

    private static string Expected(Type type) =>
        type.IsEnum ? "one of " + string.Join(", ", type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name))
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(DateTimeOffset) ? "a time such as 2026-01-31T06:00:00Z"
        : "a value it takes";
}
