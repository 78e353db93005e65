using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;

namespace FutureHouse.Tests.Module;

/// <summary>
/// What another module may have loaded before ours: empty libraries of the names that ours uses, of other versions. They are in the session of every
/// test of this project.
/// </summary>
internal static class ForeignLibraries
{
    private static readonly Lazy<IReadOnlyList<Assembly>> Assemblies = new(Make);

    /// <summary>Loads them, once in the process.</summary>
    public static IReadOnlyList<Assembly> Load() => Assemblies.Value;

    private static List<Assembly> Make()
    {
        var known = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? string.Empty).Split(Path.PathSeparator).Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var loaded = new List<Assembly>();
        foreach (var name in (string[])["Polly.Core", "Newtonsoft.Json", "YamlDotNet", "TestableIO.System.IO.Abstractions.Wrappers", "Testably.Abstractions.FileSystem.Interface"])
        {
            if (known.Contains(name))
            {
                continue; // the test host has brought its own, which is as foreign
            }

            var builder = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = new Version(3, 2, 1, 0) }, typeof(object).Assembly);
            builder.DefineDynamicModule(name).DefineType("Foreign.Marker", TypeAttributes.Public | TypeAttributes.Class).CreateType();
            using var stream = new MemoryStream();
            builder.Save(stream);
            stream.Position = 0;
            loaded.Add(AssemblyLoadContext.Default.LoadFromStream(stream));
        }

        return loaded;
    }
}
