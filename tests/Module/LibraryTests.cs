using System.Runtime.Loader;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The module in a session that has other releases of its libraries.</summary>
public sealed class LibraryTests
{
    [Fact]
    public async Task The_engine_has_its_own_libraries_where_the_session_has_others()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Connect(platform);

        // What retries with Polly, and reads a manifest with YamlDotNet.
        await platform.InjectAsync(("entries.get", "return-503"));
        session.Run("New-FhTextContent -Name a -Content b | Get-FhData").Single();
        Directory.CreateDirectory(platform.Directory.Combine("tree"));
        File.WriteAllText(platform.Directory.Combine("tree", "a.txt"), "x");
        File.WriteAllText(platform.Directory.Combine("tree", "m.yaml"), "tree:\n  entries:\n    a.txt: Told by the manifest\n");
        session.Set("tree", platform.Directory.Combine("tree"));
        Assert.Contains("Told by the manifest", session.Good("(Send-FhFile $tree -ManifestFileName m.yaml).Description").Select(o => o?.ToString()));
        Assert.Empty(await platform.PendingFaultsAsync());

        var loaded = AppDomain.CurrentDomain.GetAssemblies();
        foreach (var foreign in ForeignLibraries.Load())
        {
            Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(foreign));
            var own = loaded.Where(a => a.GetName().Name == foreign.GetName().Name && AssemblyLoadContext.GetLoadContext(a)!.Name == "FutureHouse").ToList();
            if (foreign.GetName().Name == "Newtonsoft.Json")
            {
                Assert.Empty(own); // of no use to the engine
                continue;
            }

            Assert.NotEqual(Release(foreign), Release(Assert.Single(own)));
            Assert.Equal(Path.Combine(Repository.Root, "bin", "dependencies"), Path.GetDirectoryName(own[0].Location));
        }

        // And the session's own are as they were.
        Assert.Equal("11.0.0.0", session.Run("[YamlDotNet.Serialization.DeserializerBuilder].Assembly.GetName().Version.ToString()").Single().BaseObject);
        Assert.NotNull(session.Run("[YamlDotNet.Serialization.DeserializerBuilder]::new().Build()").Single());
    }

    /// <summary>The version of an assembly need not change with that of its package.</summary>
    private static string Release(System.Reflection.Assembly assembly) =>
        $"{assembly.GetName().Version} {assembly.GetCustomAttributes(false).OfType<System.Reflection.AssemblyInformationalVersionAttribute>().SingleOrDefault()?.InformationalVersion}";
}
