using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using BackupServer.Abstractions.Plugins;

namespace BackupServer.PluginHost.Loading;

/// <summary>What an assembly's <see cref="PluginAttribute"/> says, read from its metadata: no code of the plugin runs.</summary>
/// <param name="EntryType">Full name of the entry type.</param>
/// <param name="ContractVersion">The <see cref="PluginContract.Version"/> it was compiled with.</param>
internal sealed record PluginManifest(string EntryType, int ContractVersion)
{
    /// <summary>Reads the manifest of an assembly file.</summary>
    /// <exception cref="PluginLoadException">The file is no plugin.</exception>
    public static PluginManifest Read(string assemblyPath)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(assemblyPath));
            if (!file.HasMetadata)
            {
                throw new PluginLoadException("the file is no .NET assembly; build the plugin again and copy its whole output folder");
            }

            return Find(file.GetMetadataReader()) ?? throw new PluginLoadException(
                "it has no [assembly: Plugin(typeof(…), PluginContract.Version)] attribute, so its entry type is not known");
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new PluginLoadException($"the file cannot be read as a .NET assembly: {e.Message}", e);
        }
    }

    private static PluginManifest? Find(MetadataReader metadata)
    {
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (TypeName(metadata, attribute) == typeof(PluginAttribute).FullName)
            {
                var arguments = attribute.DecodeValue(new AttributeTypes()).FixedArguments;
                return arguments is [{ Value: string entryType }, { Value: int version }]
                    ? new PluginManifest(entryType.Split(',')[0], version)
                    : throw new PluginLoadException("its [assembly: Plugin] attribute has other arguments than a type and a number");
            }
        }

        return null;
    }

    private static string? TypeName(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
        {
            return null;
        }

        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    /// <summary>Names types by their full names; the attribute's arguments are a <see cref="Type"/>, kept as its name, and a number.</summary>
    private sealed class AttributeTypes : ICustomAttributeTypeProvider<string>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSystemType() => "System.Type";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeDefinition(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromSerializedName(string name) => name;

        public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

        public bool IsSystemType(string type) => type == "System.Type";
    }
}
