namespace Polly
{
    public static class OnlyInThePluginsVersion
    {
        public static string Words => "private library of version " + typeof(OnlyInThePluginsVersion).Assembly.GetName().Version;
    }
}
