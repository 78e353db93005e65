using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>
/// Tells, while an object is being written, whether a later command has had enough (<c>Select-Object -First</c>) or has failed. Both reach the writer as the same
/// <see cref="PipelineStoppedException"/>; the exception that the later command threw is of a type that PowerShell keeps to itself, and is known by its name.
/// </summary>
internal sealed class DownstreamWatch : IDisposable
{
    private const string Enough = "StopUpstreamCommandsException";
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _thrown;

    public DownstreamWatch() => AppDomain.CurrentDomain.FirstChanceException += Note;

    /// <summary>Whether what came out of the write says that no more is wanted.</summary>
    public bool HadEnough(Exception exception) => exception.GetType().Name == Enough || (exception is PipelineStoppedException && _thrown == Enough);

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    private void Note(object? sender, FirstChanceExceptionEventArgs e)
    {
        // PowerShell makes a PipelineStoppedException of it for each command on the way.
        if (Environment.CurrentManagedThreadId == _thread && e.Exception is not PipelineStoppedException)
        {
            _thrown = e.Exception.GetType().Name;
        }
    }
}
