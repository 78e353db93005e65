using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;

namespace FutureHouse.Tests.Module;

/// <summary>
/// What another module may have loaded before ours: real libraries of the names that ours uses, of other versions (from this project's references), and
/// empty ones for the rest. They are in the session of every test of this project, before the module is imported.
/// </summary>
internal static class ForeignLibraries
{
    private static readonly string[] Real = ["Polly.Core", "YamlDotNet", "Newtonsoft.Json"];
    private static readonly string[] Empty = ["TestableIO.System.IO.Abstractions.Wrappers", "Testably.Abstractions.FileSystem.Interface"];
    private static readonly Lazy<IReadOnlyList<Assembly>> Assemblies = new(() => [.. Real.Select(Assembly.Load), .. Empty.Select(Make)]);

    /// <summary>Loads them, once in the process.</summary>
    public static IReadOnlyList<Assembly> Load() => Assemblies.Value;

    private static Assembly Make(string name)
    {
        var builder = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = new Version(3, 2, 1, 0) }, typeof(object).Assembly);
        builder.DefineDynamicModule(name).DefineType("Foreign.Marker", TypeAttributes.Public | TypeAttributes.Class).CreateType();
        using var stream = new MemoryStream();
        builder.Save(stream);
        stream.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(stream);
    }
}
