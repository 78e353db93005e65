using System.Reflection;
using System.Runtime.Loader;

namespace FutureHouse.ModuleLoader;

/// <summary>
/// Where the engine and what it needs are loaded, beside whatever versions of the same libraries the session or another module has. Answers the
/// session for the engine alone; the engine's own needs come from the module's <c>dependencies</c> folder first.
/// </summary>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private const string Engine = "FutureHouse.Engine";
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location)!, "dependencies");
    private static readonly DependencyContext Instance = new();

    private DependencyContext()
        : base("FutureHouse")
    {
    }

    public static void Hook() => Default.Resolving += Answer;

    public static void Unhook() => Default.Resolving -= Answer;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = Path.Combine(Folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }

    private static Assembly? Answer(AssemblyLoadContext context, AssemblyName name) =>
        string.Equals(name.Name, Engine, StringComparison.OrdinalIgnoreCase) ? Instance.LoadFromAssemblyName(name) : null;
}
