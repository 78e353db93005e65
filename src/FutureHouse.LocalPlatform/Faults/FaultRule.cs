namespace FutureHouse.LocalPlatform.Faults;

/// <summary>A registered fault.</summary>
/// <param name="operation">Operation it is for.</param>
/// <param name="name">Name of the fault.</param>
/// <param name="fault">What it does.</param>
/// <param name="times">How often it shows; null for always.</param>
internal sealed class FaultRule(string operation, string name, Fault fault, int? times)
{
    private readonly Lock _gate = new();
    private int _taken;

    public string Operation => operation;

    public string Name => name;

    public Fault Fault => fault;

    public int? Times => times;

    /// <summary>How often it has shown.</summary>
    public int Count { get; private set; }

    /// <summary>Takes it for a request, unless it is used up or all that is left of it is taken.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            if (Count + _taken >= (times ?? int.MaxValue))
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    /// <summary>It shows, for a request it was taken for.</summary>
    public void Fire()
    {
        lock (_gate)
        {
            _taken--;
            Count++;
        }
    }

    /// <summary>It did not show, and waits for the next request.</summary>
    public void Return()
    {
        lock (_gate)
        {
            _taken--;
        }
    }
}
